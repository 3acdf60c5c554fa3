// What workers POST to job-done, and what clients are shown of it.
#include "api/worker/result_body.hpp"

#include <boost/json.hpp>

#include "api/json.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;
namespace json = boost::json;

namespace {

std::string fields_of(const std::string& text) {
  std::string names;
  ASSERT(for_each_field(copy_body("{" + text + "}"), [&](std::string_view name, std::string_view raw) {
    names += names.empty() ? std::string(name) : "," + std::string(name);
    if (name == "error") ASSERT(json_text(raw));
  }));
  return names;
}

/// Whether an error is there, and one that Python does not take for nothing.
bool tells_of_an_error(const json::object& body) {
  const json::value* error = body.if_contains("error");
  if (error == nullptr || error->is_null()) return false;
  if (error->is_bool()) return error->get_bool();
  if (error->is_int64()) return error->get_int64() != 0;
  if (error->is_string()) return !error->get_string().empty();
  if (error->is_array()) return !error->get_array().empty();
  return !error->is_object() || !error->get_object().empty();
}

/// What another parser makes of the same body.
void agrees_with(const ResultBody& result, std::string_view text) {
  json::parse_options options;
  options.max_depth = fuzz::depth_max;
  boost::system::error_code error;
  const json::value body = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return;
  const json::object none;
  const json::object& object = body.is_object() ? body.get_object() : none;
  ASSERT(result.failed || !tells_of_an_error(object));
  ASSERT(!result.failed || object.contains("error"));
  const bool wrapped = object.contains("output") || object.contains("error") || object.contains("status") ||
                       object.contains("stopPod");
  if (!wrapped && !(body.is_object() && object.empty()))
    ASSERT(result.text == "\"output\":" + std::string(text));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const ResultBody result = parse_result(copy_body(text));
  if (result.progress) {
    ASSERT(fuzz::is_json(result.text) && !result.failed && !result.stop_worker);
    return 0;
  }
  ASSERT(fuzz::is_json("{" + result.text + "}"));
  const std::string names = fields_of(result.text);
  if (result.failed)
    ASSERT(names == "error" || names == "error,output");
  else
    ASSERT(names.empty() || names == "output");

  const bool strict = fuzz::StrictJson::accepts(text, fuzz::depth_max);
  if (!strict && result.replaced == 0) ASSERT(result.failed && names == "error");
  if (strict) agrees_with(result, text);
  return 0;
}
