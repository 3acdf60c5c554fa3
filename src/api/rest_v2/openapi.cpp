#include "api/rest_v2/openapi.hpp"

#include <fmt/format.h>

#include <map>

#include "api/json_writer.hpp"
#include "api/rest_v2/values.hpp"
#include "net/router.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr Field error_fields[] = {
    {.name = "title", .schema = &values::text, .needed = Needed::yes, .about = "The status in words"},
    {.name = "status", .schema = &values::whole_number, .needed = Needed::yes, .about = "The HTTP status"},
    {.name = "detail",
     .schema = &values::text,
     .needed = Needed::yes,
     .about = "What is wrong, and what to do"},
    {.name = "errors",
     .schema = &values::texts,
     .about = "With 422: each thing that the schema does not accept"}};
constexpr Schema error_response{
    .type = Type::object, .name = "ErrorResponse", .fields = error_fields, .open = true};

std::string schema_text(const Schema& schema) {
  std::string text;
  write_schema(text, schema);
  return text;
}

std::string content(std::string_view type, const Schema& schema) {
  return fmt::format(R"({{"{}":{{"schema":{}}}}})", type, schema_text(schema));
}

std::string lower_name(net::Method method) {
  std::string name(net::method_name(method));
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

void add_parameter(JsonWriter& json, std::string_view name, std::string_view in, const Schema& schema,
                   std::string_view about) {
  json.open().text("name", name).text("in", in).flag("required", in == "path");
  if (!about.empty()) json.text("description", about);
  if (schema.type == Type::list) json.text("style", "form").flag("explode", false);
  json.raw("schema", schema_text(schema)).close();
}

/// The parameters in the path, such as {id}, those of the query, and header fields.
void add_parameters(JsonWriter& json, const Operation& operation) {
  json.list("parameters");
  std::string_view rest = operation.path;
  for (std::size_t at = rest.find('{'); at != rest.npos; at = rest.find('{')) {
    rest.remove_prefix(at + 1);
    add_parameter(json, rest.substr(0, rest.find('}')), "path", values::text, {});
  }
  if (operation.query != nullptr)
    for (const Field& field : operation.query->fields)
      add_parameter(json, field.name, "query", *field.schema, field.about);
  if (operation.headers != nullptr)
    for (const Field& field : operation.headers->fields)
      add_parameter(json, field.name, "header", *field.schema, field.about);
  json.end();
}

std::string operation_text(const Operation& operation) {
  JsonWriter json;
  json.text("operationId", operation.id).text("summary", operation.summary);
  add_parameters(json, operation);
  if (operation.body != nullptr)
    json.open("requestBody")
        .flag("required", true)
        .raw("content", content("application/json", *operation.body))
        .close();
  json.open("responses").open(std::to_string(operation.status)).text("description", "Done");
  if (operation.answer != nullptr) json.raw("content", content(operation.answer_type, *operation.answer));
  json.close().open("default").text("description", "Refused");
  json.raw("content", content("application/problem+json", error_response)).close().close();
  return json.done();
}

/// The named schemas, by their names.
std::string components(std::span<const Operation> operations) {
  std::map<std::string_view, const Schema*> all;
  const auto keep = [&all](const Schema& schema) { all[schema.name] = &schema; };
  for_each_component(error_response, keep);
  for (const Operation& operation : operations)
    for (const Schema* schema : {operation.query, operation.body, operation.answer})
      if (schema != nullptr) for_each_component(*schema, keep);
  JsonWriter json;
  for (const auto& [name, schema] : all) {
    std::string text;
    write_component(text, *schema);
    json.raw(name, text);
  }
  return json.done();
}

}  // namespace

std::string openapi_document(std::span<const Operation> operations, std::string_view url) {
  std::map<std::string_view, std::string> paths;
  for (const Operation& operation : operations) {
    std::string& methods = paths[operation.path];
    methods += fmt::format(R"({}"{}":{})", methods.empty() ? "" : ",", lower_name(operation.method),
                           operation_text(operation));
  }
  JsonWriter json;
  json.text("openapi", "3.1.0").open("info").text("title", "Pilotlight, REST v2").text("version", "2.0.0");
  json.text("description",
            "Management in the shapes of RunPod's REST API v2: the paths that this server has.");
  json.close().list("servers").open().text("url", url).close().end();
  json.list("security").element(R"({"bearerAuth":[]})").end();
  json.open("paths");
  for (const auto& [path, methods] : paths) json.raw(path, "{" + methods + "}");
  json.close().open("components").open("securitySchemes");
  json.open("bearerAuth").text("type", "http").text("scheme", "bearer").close().close();
  return json.raw("schemas", components(operations)).close().done();
}

}  // namespace pilotlight::api::rest_v2
