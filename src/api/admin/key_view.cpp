#include "api/admin/key_view.hpp"

#include "base/assert.hpp"
#include "base/time.hpp"

namespace pilotlight::api {
namespace {

std::string_view name_of(KeyRole role) {
  switch (role) {
    case KeyRole::all: return "all";
    case KeyRole::jobs: return "jobs";
  }
  UNREACHABLE();
}

void add_time(JsonWriter& json, std::string_view name, Timestamp time) {
  time == Timestamp{} ? json.null(name) : json.text(name, to_iso8601(time));
}

}  // namespace

void add_key(JsonWriter& json, const ApiKey& key) {
  json.text("id", key.id.view());
  key.name.empty() ? json.null("name") : json.text("name", key.name);
  json.text("role", name_of(key.role));
  if (key.endpoints) {
    json.list("endpoints");
    for (const EndpointId& id : *key.endpoints) json.text_element(id.view());
    json.end();
  } else {
    json.null("endpoints");
  }
  add_time(json, "createdAt", key.made);
  add_time(json, "lastUsedAt", key.used);
}

}  // namespace pilotlight::api
