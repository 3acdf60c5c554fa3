#include "api/rest_v2/ssh_keys.hpp"

#include <algorithm>
#include <memory>

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr Field ssh_keys_fields[] = {{.name = "keys", .schema = &values::texts, .needed = Needed::yes}};
constexpr Schema ssh_keys_answer{
    .type = Type::object, .name = "SshKeys", .fields = ssh_keys_fields, .open = true};

std::string lines_of(const JsonValue& body) {
  std::string text;
  const auto keys = body.member("keys");
  if (!keys) return text;
  for (const JsonValue& key : keys->elements()) {
    if (!text.empty()) text += '\n';
    text += key.text();
  }
  return text;
}

awaitable<Response> show_keys(const PublicKeys& keys, Account account, Exchange& exchange) {
  const auto text = co_await keys.read(account, exchange);
  co_return text ? json_response(200, ssh_keys_view(*text)) : problem_of(text.error());
}

awaitable<Response> replace_keys(const PublicKeys& keys, Call call) {
  std::string text = lines_of(call.body.root());
  const auto replaced = co_await keys.replace(call.account, call.exchange, std::move(text));
  if (!replaced) co_return problem_of(replaced.error());
  Response response = co_await show_keys(keys, call.account, call.exchange);
  co_return response;
}

}  // namespace

std::string ssh_keys_view(std::string_view text) {
  JsonWriter json;
  json.list("keys");
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != line.npos) json.text_element(line);
  }
  return json.end().done();
}

std::vector<Operation> ssh_key_operations(PublicKeys given) {
  const auto keys = std::make_shared<const PublicKeys>(std::move(given));
  const std::string path = "/v2/account/ssh-keys";
  std::vector<Operation> operations;
  operations.push_back(
      {.method = net::Method::get,
       .path = path,
       .id = "getSshKeys",
       .summary = "Reads the account's public SSH keys",
       .answer = &ssh_keys_answer,
       .handler = [keys](Call call) { return show_keys(*keys, call.account, call.exchange); }});
  operations.push_back({.method = net::Method::put,
                        .path = path,
                        .id = "updateSshKeys",
                        .summary = "Replaces the account's public SSH keys",
                        .body = &update_ssh_keys_request,
                        .answer = &ssh_keys_answer,
                        .handler = [keys](Call call) { return replace_keys(*keys, std::move(call)); }});
  return operations;
}

}  // namespace pilotlight::api::rest_v2
