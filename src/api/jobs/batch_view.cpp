#include "api/jobs/batch_view.hpp"

#include "api/jobs/job_view.hpp"
#include "api/jobs/search.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

constexpr std::string_view id_prefix = "batch_";

std::string_view state_name(BatchState state) {
  switch (state) {
    case BatchState::draft: return "DRAFT";
    case BatchState::finalized: return "FINALIZED";
    case BatchState::cancelled: return "CANCELLED";
  }
  UNREACHABLE();
}

/// Of a request that is no job, or none any more.
std::string_view state_without_job(BatchState batch) {
  switch (batch) {
    case BatchState::draft: return "DRAFT";
    case BatchState::finalized: return "EXPIRED";
    case BatchState::cancelled: return "CANCELLED";
  }
  UNREACHABLE();
}

}  // namespace

std::string batch_id(RowNumber number) {
  return std::string(id_prefix) + row_text(number);
}

std::optional<RowNumber> parse_batch_id(std::string_view text) {
  if (!text.starts_with(id_prefix)) return std::nullopt;
  text.remove_prefix(id_prefix.size());
  return parse_row(text);
}

void add_batch(JsonWriter& json, const service::CountedBatch& counted) {
  const auto& [batch, counts] = counted;
  json.text("id", batch_id(batch.number)).text("endpointId", batch.endpoint.text());
  json.text("status", state_name(batch.state)).number("requestTotal", batch.requests);
  json.number("requestInProgress", counts.in_progress).number("requestCompleted", counts.completed);
  json.number("requestFailed", counts.failed).number("createdAt", to_ms(batch.created));
}

std::string batch_request_json(const Batch& batch, const BatchEntry& entry, const Body& result) {
  const auto state = service::job_state(entry);
  JsonWriter json;
  json.text("id", entry.request.id.text());
  json.text("status", state ? wire_name(*state) : state_without_job(batch.state));
  if (!entry.job) return json.done();
  const auto leased = std::visit([](const auto& job) { return job.leased; }, *entry.job);
  if (leased) json.number("startedAt", to_ms(*leased));
  if (const auto* ended = std::get_if<FinalJob>(&*entry.job)) {
    json.number("completedAt", to_ms(ended->finished));
    if (const std::string error = end_text(*ended); !error.empty()) json.text("error", error);
    if (result) json.members(*result);
  }
  return json.done();
}

}  // namespace pilotlight::api
