#include "dev/server_api.hpp"

#include <boost/json.hpp>

#include "net/blocking_client.hpp"

namespace pilotlight::dev {
namespace {

namespace json = boost::json;

constexpr const char* name = "dev";
/// A server on this machine answers in milliseconds; meanwhile a signal waits.
constexpr std::chrono::milliseconds limit{5'000};

Error unreadable(const std::string& text) {
  return {Errc::corrupt, "the server's answer cannot be read: " + text.substr(0, 500)};
}

Result<json::object> object_of(const std::string& text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return unreadable(text);
  return std::move(value.get_object());
}

std::string text_at(const json::object& object, std::string_view field) {
  const json::value* value = object.if_contains(field);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::optional<std::int64_t> number_at(const json::object& object, std::string_view field) {
  const json::value* value = object.if_contains(field);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

const json::array* list_at(const json::object& object, std::string_view field) {
  const json::value* value = object.if_contains(field);
  return value == nullptr ? nullptr : value->if_array();
}

std::optional<WaitSeen> wait_in(const json::object& answer) {
  const json::value* ours = answer.if_contains("pilotlight");
  const json::value* waiting =
      ours != nullptr && ours->is_object() ? ours->get_object().if_contains("waiting") : nullptr;
  if (waiting == nullptr || !waiting->is_object()) return std::nullopt;
  const json::object& told = waiting->get_object();
  return WaitSeen{text_at(told, "reason"), text_at(told, "text"), text_at(told, "detail"),
                  number_at(told, "exitCode").value_or(0)};
}

}  // namespace

Result<WorkersSeen> read_workers(const std::string& text) {
  const auto answer = object_of(text);
  if (!answer) return answer.error();
  const json::array* list = list_at(*answer, "workers");
  if (list == nullptr) return unreadable(text);
  WorkersSeen seen{number_at(*answer, "version").value_or(0), {}};
  for (const json::value& entry : *list) {
    if (!entry.is_object()) return unreadable(text);
    const json::object& worker = entry.get_object();
    const json::array* jobs = list_at(worker, "jobs");
    seen.workers.push_back({text_at(worker, "id"), text_at(worker, "state"),
                            number_at(worker, "version").value_or(0),
                            number_at(worker, "createdAt").value_or(0), number_at(worker, "startedAt"),
                            number_at(worker, "readyAt"), jobs == nullptr ? 0 : jobs->size()});
  }
  return seen;
}

Result<std::vector<JobSeen>> read_jobs(const std::string& text) {
  const auto answer = object_of(text);
  if (!answer) return answer.error();
  const json::array* list = list_at(*answer, "requests");
  if (list == nullptr) return unreadable(text);
  std::vector<JobSeen> seen;
  for (const json::value& entry : *list) {
    if (!entry.is_object()) return unreadable(text);
    const json::object& job = entry.get_object();
    seen.push_back({text_at(job, "id"), text_at(job, "status"), text_at(job, "error"),
                    number_at(job, "delayTime"), number_at(job, "executionTime")});
  }
  return seen;
}

Result<HealthSeen> read_health(const std::string& text) {
  const auto answer = object_of(text);
  if (!answer) return answer.error();
  const json::value* counts = answer->if_contains("jobs");
  if (counts == nullptr || !counts->is_object()) return unreadable(text);
  const json::object& jobs = counts->get_object();
  return HealthSeen{number_at(jobs, "inQueue").value_or(0), number_at(jobs, "inProgress").value_or(0),
                    number_at(jobs, "completed").value_or(0), number_at(jobs, "failed").value_or(0),
                    wait_in(*answer)};
}

Result<std::string> ServerApi::call(const std::string& method, const std::string& path,
                                    const std::string& body) {
  const auto reply = net::http_request(url_, method, path, key_, body, limit);
  if (!reply) return reply.error();
  if (reply->status != 200)
    return refusal(Errc::invalid, path + " answered " + std::to_string(reply->status) + ": " + reply->body);
  return reply->body;
}

Result<std::string> ServerApi::mutate(const std::string& query, const std::string& variables,
                                      const std::string& result) {
  const std::string body =
      "{\"query\":" + json::serialize(json::value(query)) + ",\"variables\":" + variables + "}";
  const auto reply = net::http_request(url_, "POST", "/graphql", key_, body, limit);
  if (!reply) return reply.error();
  const auto answer = object_of(reply->body);
  if (!answer) return answer.error();
  if (const json::array* errors = list_at(*answer, "errors"); errors != nullptr && !errors->empty())
    return refusal(Errc::invalid, errors->front().is_object()
                                      ? text_at(errors->front().get_object(), "message")
                                      : reply->body);
  const json::value* data = answer->if_contains("data");
  const json::value* made =
      data != nullptr && data->is_object() ? data->get_object().if_contains(result) : nullptr;
  if (made == nullptr || !made->is_object()) return unreadable(reply->body);
  return text_at(made->get_object(), "id");
}

Result<std::string> ServerApi::save_endpoint(const std::string& input) {
  return mutate("mutation($e: EndpointInput!) { saveEndpoint(input: $e) { id } }", "{\"e\":" + input + "}",
                "saveEndpoint");
}

/// The id of the template or endpoint that an earlier run has left; empty if there is none.
Result<std::string> ServerApi::known_id(const std::string& list, const std::string& wanted) {
  const auto reply = call("POST", "/graphql", R"({"query":"{ myself { )" + list + R"( { id name } } }"})");
  if (!reply) return reply.error();
  boost::system::error_code failed;
  const json::value answer = json::parse(*reply, failed);
  const json::value* entries = failed ? nullptr : answer.find_pointer("/data/myself/" + list, failed);
  if (entries == nullptr || !entries->is_array()) return unreadable(*reply);
  for (const json::value& entry : entries->get_array())
    if (entry.is_object() && text_at(entry.get_object(), "name") == wanted)
      return text_at(entry.get_object(), "id");
  return std::string();
}

Result<void> ServerApi::define(const Definition& definition) {
  json::array variables;
  for (const auto& [key, value] : definition.variables) variables.push_back({{"key", key}, {"value", value}});
  json::object made{{"name", name},           {"imageName", "process:" + definition.folder},
                    {"containerDiskInGb", 5}, {"volumeInGb", 0},
                    {"isServerless", true},   {"env", std::move(variables)}};
  made["dockerArgs"] = json::serialize(json::value_from(definition.command));
  const auto before = known_id("podTemplates", name);
  if (!before) return before.error();
  if (!before->empty()) made["id"] = *before;
  const auto made_template = mutate("mutation($t: SaveTemplateInput!) { saveTemplate(input: $t) { id } }",
                                    json::serialize(json::object{{"t", made}}), "saveTemplate");
  if (!made_template) return made_template.error();
  json::object endpoint{{"name", name},
                        {"templateId", *made_template},
                        {"gpuIds", "AMPERE_16"},
                        {"workersMin", 1},
                        {"workersMax", definition.workers_max}};
  const auto known = known_id("endpoints", name);
  if (!known) return known.error();
  if (!known->empty()) endpoint["id"] = *known;
  const auto id = save_endpoint(json::serialize(endpoint));
  if (!id) return id.error();
  endpoint_ = *id;
  return {};
}

Result<void> ServerApi::allow_workers(int least, int most) {
  const json::object endpoint{{"id", endpoint_},
                              {"name", name},
                              {"gpuIds", "AMPERE_16"},
                              {"workersMin", least},
                              {"workersMax", most}};
  const auto saved = save_endpoint(json::serialize(endpoint));
  if (!saved) return saved.error();
  return {};
}

Result<void> ServerApi::restart_workers(bool kill) {
  const auto done = call("POST", "/v2/" + endpoint_ + "/workers/restart?kill=" + (kill ? "1" : "0"));
  if (!done) return done.error();
  return {};
}

Result<std::string> ServerApi::run(const std::string& body) {
  const auto reply = call("POST", "/v2/" + endpoint_ + "/run", body);
  if (!reply) return reply.error();
  const auto answer = object_of(*reply);
  if (!answer) return answer.error();
  return text_at(*answer, "id");
}

Result<std::string> ServerApi::job(const std::string& id) {
  return call("GET", "/v2/" + endpoint_ + "/status/" + id);
}

Result<WorkersSeen> ServerApi::workers() {
  const auto reply = call("GET", "/v2/" + endpoint_ + "/workers");
  return reply ? read_workers(*reply) : reply.error();
}

Result<std::vector<JobSeen>> ServerApi::jobs() {
  const auto reply = call("GET", "/v2/" + endpoint_ + "/requests?limit=500");
  return reply ? read_jobs(*reply) : reply.error();
}

Result<HealthSeen> ServerApi::health() {
  const auto reply = call("GET", "/v2/" + endpoint_ + "/health");
  return reply ? read_health(*reply) : reply.error();
}

}  // namespace pilotlight::dev
