// Paths and query strings of clients: net's decoding, and every parameter of the job API that is read by a
// function.
#include <algorithm>

#include "api/jobs/door.hpp"
#include "api/jobs/event_stream.hpp"
#include "api/jobs/search.hpp"
#include "net/text.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

std::string percent_encoded(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
  return out;
}

void decoding_is_exact(std::string_view text) {
  net::Request request;
  request.query = "a=1&x=" + percent_encoded(text) + "&x=2";
  ASSERT(request.parameter("x") == text && request.parameter("a") == "1" && !request.parameter("b"));
  request.path = "/v2/" + percent_encoded(text) + "/status/job";
  const auto parts = net::captures("/v2/{}/x/{}", request.path);
  ASSERT(parts.size() == 2 && parts[0] == text && parts[1] == "job");
  for (const bool plus : {false, true})
    if (const auto decoded = net::percent_decode(text, plus)) {
      ASSERT(decoded->size() <= text.size());
      if (text.find_first_of("%+") == std::string_view::npos) ASSERT(*decoded == text);
    }
}

void target_is_found(const net::Request& request, std::string_view text) {
  const Target target = target_of(request);
  if (!target.job.empty()) ASSERT(JobId::parse(target.job.text()) == target.job);
  const auto job = JobId::parse(text);
  if (job) ASSERT(job->text() == text);
  if (const auto row = parse_row(text)) ASSERT(row_text(*row) == text);
  if (const auto last = parse_event_id(text))
    ASSERT(text.starts_with(std::to_string(last->position.run)) || text.starts_with('0'));
}

/// What a search finds by the beginning of an id, its rows must hold.
void rows_hold_the_id(const JobSearch& search, const net::Request& request) {
  const auto job = JobId::parse(search.id);
  const bool only_id =
      !request.parameter("createdFrom") && !request.parameter("createdTo") && !request.parameter("cursor");
  if (!job || !only_id) return;
  ASSERT(search.rows.from <= job->row() && job->row() < search.rows.below);
  Job live;
  live.id = *job;
  live.endpoint = search.endpoint;
  live.state = JobState::in_queue;
  const bool asked =
      search.completed.open() && search.worker.empty() && (search.states == 0 || (search.states & 2U));
  ASSERT(service::matches(search, live) == asked);
}

void search_is_sound(const net::Request& request) {
  const auto search = parse_job_search(request);
  if (!search) {
    ASSERT(search.error().code == Errc::invalid && graphql::is_utf8(search.error().message));
    return;
  }
  ASSERT(search->limit >= 1 && search->limit <= 500);
  ASSERT(search->rows.below <= JobScan().below);
  ASSERT(service::contains_text("text " + search->error, search->error));
  rows_hold_the_id(*search, request);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  decoding_is_exact(text);
  net::Request request;
  const std::size_t question = std::min(text.find('?'), text.size());
  request.path = text.substr(0, question);
  request.query = text.substr(std::min(question + 1, text.size()));
  target_is_found(request, request.path);
  target_is_found(request, request.query);
  if (const auto wait = wait_of(request)) ASSERT(wait->count() >= 1'000 && wait->count() <= 300'000);
  for (const char* name : {"wait", "ttl", "limit", "offset"})
    if (const auto value = request.parameter(name))
      if (const auto number = number_in(*value, 0, 500)) ASSERT(*number >= 0 && *number <= 500);
  search_is_sound(request);
  return 0;
}
