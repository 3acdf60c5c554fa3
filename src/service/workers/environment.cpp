#include "service/workers/environment.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <unordered_map>

namespace pilotlight::service {
namespace {

Body to_json(const Environment& variables) {
  if (variables.empty()) return nullptr;
  boost::json::array all;
  for (const auto& [name, value] : variables) all.push_back({{"key", name}, {"value", value}});
  return make_body(boost::json::serialize(all));
}

}  // namespace

Environment default_environment() {
  return {{"RUNPOD_SKIP_AUTO_SYSTEM_CHECKS", "true"}, {"RUNPOD_SKIP_GPU_CHECK", "true"}};
}

Environment platform_environment(const std::string& url, const WorkerTokens& tokens, const WorkerId& worker,
                                 const EndpointId& endpoint) {
  const std::string base = url + "/v2/" + endpoint.text();
  const std::string token = tokens.token(worker);
  const std::string query = "?token=" + token;
  const std::string id = worker.text();
  return {
      {"RUNPOD_ENDPOINT_ID", endpoint.text()},
      {"RUNPOD_POD_ID", id},
      {"RUNPOD_POD_HOSTNAME", id + "-pilotlight"},
      {"RUNPOD_AI_API_KEY", token},
      {"RUNPOD_WEBHOOK_GET_JOB", base + "/job-take/" + id + query},
      {"RUNPOD_WEBHOOK_POST_OUTPUT", base + "/job-done/" + id + "/$ID" + query},
      {"RUNPOD_WEBHOOK_POST_STREAM", base + "/job-stream/" + id + "/$ID" + query},
      {"RUNPOD_WEBHOOK_PING", base + "/ping/" + id + query},
      {"RUNPOD_PING_INTERVAL", "10000"},
  };
}

Environment merged(std::vector<Environment> lists) {
  Environment all;
  std::unordered_map<std::string, std::size_t> places;
  for (Environment& list : lists)
    for (auto& [name, value] : list) {
      const auto [place, is_new] = places.emplace(name, all.size());
      if (is_new)
        all.emplace_back(std::move(name), std::move(value));
      else
        all[place->second].second = std::move(value);
    }
  return all;
}

Environment environment_from_json(const Body& text) {
  Environment all;
  if (!text) return all;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(*text, error);
  if (error || !value.is_array()) return all;
  for (const auto& entry : value.get_array()) {
    const auto* object = entry.if_object();
    const auto* key = object == nullptr ? nullptr : object->if_contains("key");
    const auto* content = object == nullptr ? nullptr : object->if_contains("value");
    if (key == nullptr || content == nullptr || !key->is_string() || !content->is_string()) continue;
    all.emplace_back(std::string(key->get_string()), std::string(content->get_string()));
  }
  return all;
}

std::optional<Error> impossible(const Environment& variables) {
  constexpr char nul = '\0';
  for (const auto& [name, value] : variables) {
    if (name.empty() || name.find('=') != name.npos || name.find(nul) != name.npos)
      return refusal(Errc::invalid, "the name of a variable in env must not be empty or contain = or NUL");
    if (value.find(nul) != value.npos)
      return refusal(Errc::invalid, "the value of a variable in env must not contain NUL");
  }
  return std::nullopt;
}

Result<StorableEnvironment> storable(const Environment& variables) {
  if (auto problem = impossible(variables)) return *problem;
  const auto init_timeout = init_timeout_in(variables);
  if (!init_timeout) return init_timeout.error();
  return StorableEnvironment{to_json(variables), *init_timeout};
}

bool equal_but_for_order(Environment a, Environment b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

Result<std::optional<milliseconds>> init_timeout_in(const Environment& variables) {
  constexpr seconds most = std::chrono::hours{24};
  std::optional<milliseconds> found;
  for (const auto& [name, value] : variables) {
    if (name != "RUNPOD_INIT_TIMEOUT") continue;
    seconds::rep number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || number < 1 || number > most.count())
      return refusal(Errc::invalid,
                     "RUNPOD_INIT_TIMEOUT must be whole seconds from 1 to " + std::to_string(most.count()));
    found = seconds{number};
  }
  return found;
}

}  // namespace pilotlight::service
