// rest_bodies checks bodies by the request schemas of REST v2. Each line of its input is NAME TAB BODY; for
// each it writes a line, the JSON list of the faults that the schema of that name finds in the body.
// With --schemas it reads nothing and writes one JSON object: the schemas of /v2/openapi.json by their names.
#include <cstdio>
#include <iostream>
#include <string>

#include "api/json_document.hpp"
#include "api/json_writer.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/validate.hpp"

namespace {

using namespace pilotlight;
using namespace pilotlight::api;

const rest_v2::Schema* schema_named(std::string_view name) {
  for (const rest_v2::Schema* schema : rest_v2::request_bodies())
    if (schema->name == name) return schema;
  return nullptr;
}

std::string told(const rest_v2::Schema& schema, std::string body) {
  const auto document = JsonDocument::read(make_body(std::move(body)));
  if (!document) return "\"not JSON: " + document.error().message + "\"";
  std::string all;
  for (const std::string& problem : rest_v2::problems_of(document->root(), schema, "$"))
    all += (all.empty() ? "" : ",") + json_string(problem);
  return "[" + all + "]";
}

int write_schemas() {
  JsonWriter json;
  for (const rest_v2::Schema* schema : rest_v2::request_bodies()) {
    std::string text;
    rest_v2::write_component(text, *schema);
    json.raw(schema->name, text);
  }
  std::puts(json.done().c_str());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "--schemas") return write_schemas();
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    const rest_v2::Schema* schema = schema_named(line.substr(0, tab));
    if (tab == line.npos || schema == nullptr) return std::fputs("a line is no NAME TAB BODY\n", stderr), 2;
    std::puts(told(*schema, line.substr(tab + 1)).c_str());
  }
}
