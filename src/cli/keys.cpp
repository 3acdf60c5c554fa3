#include "cli/keys.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>

#include "net/blocking_client.hpp"

namespace pilotlight::cli {
namespace {

namespace json = boost::json;

constexpr const char* path = "/admin/v1/keys";
constexpr std::size_t endpoints_shown = 2;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::object object_in(const std::string& body) {
  boost::system::error_code error;
  const json::value parsed = json::parse(body, error);
  return !error && parsed.is_object() ? parsed.get_object() : json::object();
}

/// The error that a refusal of the server tells.
Error told_by(const ServerAddress& server, const net::HttpReply& reply) {
  if (reply.status == 401) return key_not_accepted(server);
  const json::object body = object_in(reply.body);
  for (const char* member : {"error", "detail"})
    if (std::string text = text_of(body, member); !text.empty())
      return refusal(Errc::invalid, std::move(text));
  return refusal(Errc::invalid, server.url + " answered " + std::to_string(reply.status) + ": " + reply.body);
}

/// The body of an answer with this status.
Result<std::string> asked(const ServerAddress& server, const char* method, const std::string& target,
                          const std::string& body, int status) {
  auto reply = net::http_request(server.url, method, target, server.key, body);
  if (!reply) return reply.error();
  if (reply->status != status) return told_by(server, *reply);
  return std::move(reply->body);
}

using Row = std::array<std::string, 6>;

std::string shown_endpoints(const json::object& key) {
  const json::value* named = key.if_contains("endpoints");
  if (named == nullptr || !named->is_array()) return "all";
  const json::array& ids = named->get_array();
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), endpoints_shown); ++i)
    if (ids[i].is_string()) text += (i == 0 ? "" : ",") + std::string(ids[i].get_string());
  return ids.size() > endpoints_shown ? text + ",+" + std::to_string(ids.size() - endpoints_shown) : text;
}

/// A time to the minute, such as 2026-01-31 12:00.
std::string shown_time(const json::object& key, std::string_view name, const char* none) {
  std::string text = text_of(key, name).substr(0, 16);
  if (text.size() == 16) text[10] = ' ';
  return text.empty() ? none : text;
}

std::string table_of(const std::vector<Row>& rows) {
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

bool is_key_id(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

Result<std::string> create_key(const ServerAddress& server, const NewKey& wanted) {
  json::object body{{"role", wanted.role}};
  if (!wanted.name.empty()) body["name"] = wanted.name;
  if (!wanted.endpoints.empty())
    body["endpoints"] = json::array(wanted.endpoints.begin(), wanted.endpoints.end());
  const auto made = asked(server, "POST", path, json::serialize(body), 201);
  if (!made) return made.error();
  std::string key = text_of(object_in(*made), "key");
  if (key.empty()) return refusal(Errc::corrupt, "the server's answer has no key");
  return key;
}

Result<std::string> list_keys(const ServerAddress& server) {
  const auto listed = asked(server, "GET", path, {}, 200);
  if (!listed) return listed.error();
  const json::object body = object_in(*listed);
  const json::value* keys = body.if_contains("keys");
  if (keys == nullptr || !keys->is_array())
    return refusal(Errc::corrupt, "the server's answer cannot be read");
  std::vector<Row> rows{{"ID", "ROLE", "ENDPOINTS", "CREATED (UTC)", "LAST USED", "NAME"}};
  for (const json::value& one : keys->get_array()) {
    if (!one.is_object()) continue;
    const json::object& key = one.get_object();
    rows.push_back({text_of(key, "id"), text_of(key, "role"), shown_endpoints(key),
                    shown_time(key, "createdAt", "unknown"), shown_time(key, "lastUsedAt", "never"),
                    text_of(key, "name")});
  }
  return table_of(rows);
}

Result<void> revoke_key(const ServerAddress& server, const std::string& id) {
  if (!is_key_id(id)) return refusal(Errc::invalid, "\"" + id + "\" is not the id of an API key");
  const auto revoked = asked(server, "DELETE", std::string(path) + "/" + id, {}, 204);
  if (!revoked) return revoked.error();
  return {};
}

}  // namespace pilotlight::cli
