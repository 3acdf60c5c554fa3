#include "api/admin/key_request.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/json.hpp"

namespace pilotlight::api {
namespace {

/// Bytes of a field's name that a refusal repeats.
constexpr std::size_t shown_name_max = 64;

std::optional<Error> read_endpoints(std::string_view raw, ApiKey& key) {
  std::vector<EndpointId>& ids = key.endpoints.emplace();
  std::optional<Error> problem;
  const bool is_array = for_each_element(copy_body(raw), [&](std::string_view element) {
    const auto id = EndpointId::parse(json_text(element).value_or(std::string()));
    if (id)
      ids.push_back(*id);
    else
      problem = refusal(Errc::invalid,
                        "endpoints[" + std::to_string(ids.size()) + "] is not the id of an endpoint");
    return id.has_value();
  });
  if (!is_array)
    return refusal(
        Errc::invalid,
        "endpoints must be an array of ids of endpoints; leave it out for a key of every endpoint");
  return problem;
}

std::optional<Error> read_field(std::string_view name, std::string_view raw, ApiKey& key, bool& has_role) {
  if (name == "endpoints") return read_endpoints(raw, key);
  if (name == "name") {
    const auto text = json_text(raw);
    if (!text) return refusal(Errc::invalid, "name must be a string; leave it out for a key without a name");
    key.name = *text;
    return std::nullopt;
  }
  if (name == "role") {
    const auto role = json_text(raw);
    if (role != "all" && role != "jobs") return refusal(Errc::invalid, "role must be \"all\" or \"jobs\"");
    has_role = true;
    key.role = role == "all" ? KeyRole::all : KeyRole::jobs;
    return std::nullopt;
  }
  return refusal(Errc::invalid, "there is no field \"" + std::string(name.substr(0, shown_name_max)) +
                                    "\"; an API key has name, role and endpoints");
}

}  // namespace

Result<ApiKey> parse_key_request(const Body& given) {
  if (!given || given->empty())
    return refusal(Errc::invalid, "the body is empty; send {\"role\": \"jobs\"} or {\"role\": \"all\"}");
  const auto strict = strict_json(given, Writer::client);
  if (!strict) return refusal(Errc::invalid, "the body is not valid JSON: " + strict.error().message);
  // Read only when all are found: the reader of a list cannot run inside that of the object.
  std::vector<std::pair<std::string, std::string_view>> fields;
  const bool is_object = for_each_field(strict->text, [&fields](std::string_view name, std::string_view raw) {
    fields.emplace_back(name, raw);
  });
  if (!is_object) return refusal(Errc::invalid, "the body must be a JSON object with a \"role\"");
  ApiKey key;
  bool has_role = false;
  for (const auto& [name, raw] : fields)
    if (auto problem = read_field(name, raw, key, has_role)) return *problem;
  if (!has_role) return refusal(Errc::invalid, "role is missing; it must be \"all\" or \"jobs\"");
  return key;
}

}  // namespace pilotlight::api
