#include "api/rest_v2/worker_logs.hpp"

#include "api/date_time.hpp"
#include "api/log_events.hpp"
#include "api/numbers.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/values.hpp"
#include "net/handler.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using namespace values;

constexpr const char* logs_path = "/v2/serverless/{}/workers/{}/logs";

constexpr std::string_view log_sources[] = {"container", "system"};
constexpr Schema log_source{.type = Type::text, .choices = log_sources};
constexpr Schema log_tail{.type = Type::integer, .minimum = "0", .maximum = "5000"};
constexpr Field log_query_fields[] = {
    {.name = "source",
     .schema = &log_source,
     .about = "The worker's own lines, or those of the server; both without it"},
    {.name = "tail",
     .schema = &log_tail,
     .standard = "100",
     .about = "The number of newest lines before those to come; not beside since or Last-Event-ID"},
    {.name = "since", .schema = &date, .about = "The lines from this time on; not beside Last-Event-ID"},
};
constexpr Schema log_query{.type = Type::object, .fields = log_query_fields};
constexpr Field log_header_fields[] = {
    {.name = "Last-Event-ID",
     .schema = &text,
     .about = "The id of the last event that came, or a time: the lines behind it"},
};
constexpr Schema log_headers{.type = Type::object, .fields = log_header_fields};

/// The lines that a request asks for, and where they begin.
struct Asked {
  worker_log::Wanted wanted;
  worker_log::Start start;
};

/// Begins behind the line of an id, or with the lines later than a time. False: the text is neither.
bool go_on(Asked& asked, std::string_view last_event) {
  if (const auto number = log_event_number(last_event)) {
    asked.start.after = *number;
    return true;
  }
  const auto ms = parse_date_time(last_event);
  if (ms) asked.wanted.since = timestamp_from_ms(*ms + 1);
  return ms.has_value();
}

/// nullopt: Last-Event-ID is wrong.
std::optional<Asked> asked_in(const Call& call) {
  Asked asked;
  const JsonValue query = call.query.root();
  if (const auto source_wanted = query.member("source"))
    asked.wanted.source = worker_log::source_named(source_wanted->text());
  const std::string_view last_event = call.request.field(net::Field::last_event_id);
  if (!last_event.empty()) return go_on(asked, last_event) ? std::optional(asked) : std::nullopt;
  if (const auto since = query.member("since")) {
    asked.wanted.since = timestamp_from_ms(parse_date_time(since->text()).value_or(0));
    return asked;
  }
  const auto lines = query.member("tail");
  const std::int64_t usual = log_tail_default;
  asked.start.tail = static_cast<std::size_t>(lines ? json_whole(lines->text()).value_or(usual) : usual);
  return asked;
}

Response no_log(const Error& error) {
  return error.code == Errc::not_found ? problem(404, "resource not found: " + error.message)
                                       : problem_of(error);
}

awaitable<Response> show_log(Context& context, Call call) {
  const auto asked = asked_in(call);
  if (!asked)
    co_return not_valid({"header: Last-Event-ID is neither the id of an event of this log nor a time"});
  const auto parts = net::captures(logs_path, call.request.path);
  const EndpointId endpoint = EndpointId::parse(parts.at(0)).value_or(EndpointId());
  const WorkerId worker = WorkerId::parse(parts.at(1)).value_or(WorkerId());
  const auto found = co_await service::find_log(context, call.exchange, endpoint, worker);
  if (!found) co_return no_log(found.error());
  const LogBody body = call.request.method == net::Method::head ? LogBody::left_out : LogBody::sent;
  auto response = co_await log_events(context, call.exchange, *found, asked->wanted, asked->start, body);
  if (!response) co_return problem_of(response.error());
  co_return std::move(*response);
}

}  // namespace

std::vector<Operation> worker_log_operations(Context& context) {
  std::vector<Operation> operations;
  operations.push_back({.method = net::Method::get,
                        .path = "/v2/serverless/{id}/workers/{workerId}/logs",
                        .id = "getWorkerLogs",
                        .summary = "Reads a worker's log and follows it, as server-sent events",
                        .query = &log_query,
                        .answer = &text,
                        .handler = [&context](Call call) { return show_log(context, std::move(call)); },
                        .headers = &log_headers,
                        .answer_type = "text/event-stream",
                        .lasting = Lasting::waits});
  return operations;
}

}  // namespace pilotlight::api::rest_v2
