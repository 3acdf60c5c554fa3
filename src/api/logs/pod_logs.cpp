#include "api/logs/pod_logs.hpp"

#include "api/date_time.hpp"
#include "api/json_writer.hpp"
#include "api/log_events.hpp"
#include "api/numbers.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

using worker_log::Line;
using worker_log::Source;

constexpr const char* pod_logs_path = "/v1/pod/{}/logs";
constexpr std::size_t answer_bytes_max = 1 << 20;  ///< the texts of all lines in one answer that is no stream

/// A request's parameters.
struct LogQuery {
  worker_log::Wanted wanted;
  std::optional<std::size_t> tail;
  bool stream = false;
};

Error invalid_parameter(std::string_view parameter, std::string_view what) {
  return refusal(Errc::invalid, std::string(parameter) + " is invalid; must be " + std::string(what));
}

Result<LogQuery> log_query_of(const Request& request) {
  LogQuery query;
  const std::string type = request.parameter("type").value_or("all");
  query.wanted.source = worker_log::source_named(type);
  if (!query.wanted.source && type != "all") return invalid_parameter("type", "all, container or system");
  if (const auto text = request.parameter("tail")) {
    const auto lines = number_in(*text, 0, log_tail_max);
    if (!lines) return invalid_parameter("tail", "a whole number from 0 to 5000");
    query.tail = static_cast<std::size_t>(*lines);
  }
  if (const auto text = request.parameter("since")) {
    const auto ms = parse_date_time(*text);
    if (!ms) return invalid_parameter("since", "a time with a zone, such as 2026-01-31T12:00:00Z");
    query.wanted.since = timestamp_from_ms(*ms);
  }
  const std::string stream = request.parameter("stream").value_or("false");
  query.stream = stream == "true";
  if (!query.stream && stream != "false") return invalid_parameter("stream", "true or false");
  return query;
}

/// The worker in the path; empty for what is no id.
WorkerId worker_in_path(const Request& request) {
  const auto parts = net::captures(pod_logs_path, request.path);
  return parts.empty() ? WorkerId() : WorkerId::parse(parts.front()).value_or(WorkerId());
}

Response lines_response(const std::vector<Line>& lines) {
  JsonWriter json;
  for (const Source source : {Source::container, Source::system}) {
    json.list(worker_log::name_of(source));
    for (const Line& line : lines)
      if (line.source == source) json.text_element(to_iso8601(line.at) + " " + line.text);
    json.end();
  }
  return json_response(200, json.done());
}

awaitable<Response> stream_of(Context& context, Exchange& exchange, service::LoggedWorker worker,
                              LogQuery query, LogBody body) {
  worker_log::Start start;
  if (query.wanted.since == Timestamp::min()) start.tail = query.tail.value_or(log_tail_default);
  auto response = co_await log_events(context, exchange, worker, query.wanted, start, body);
  if (!response) co_return refused(response.error());
  co_return std::move(*response);
}

awaitable<Response> pod_logs(Context& context, Account, Request request, Exchange& exchange) {
  const auto query = log_query_of(request);
  if (!query) co_return refused(query.error());
  const auto worker = co_await service::find_log(context, exchange, worker_in_path(request));
  if (!worker) co_return refused(worker.error());
  const LogBody body = request.method == net::Method::head ? LogBody::left_out : LogBody::sent;
  if (query->stream) co_return co_await stream_of(context, exchange, *worker, *query, body);
  const auto lines = co_await service::newest_lines(context, exchange, worker->id, query->wanted,
                                                    query->tail.value_or(log_tail_max), answer_bytes_max);
  co_return lines ? lines_response(*lines) : refused(lines.error());
}

}  // namespace

std::vector<AccountRoute> pod_log_routes(Context& context) {
  std::vector<AccountRoute> routes;
  routes.push_back(account_route(context, KeyRole::all, net::Method::get, pod_logs_path, 0, pod_logs));
  routes.back().lasting = Lasting::waits;
  return routes;
}

}  // namespace pilotlight::api
