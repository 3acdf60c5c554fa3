#include "sim/checkers/audit.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "domain/codec.hpp"
#include "sim/world/describe.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

/// Rounds of sliced work at one instant that do nothing at all; more is a loop without progress.
constexpr std::uint32_t idle_advances_max = 50;

/// The payloads that a command brings along.
struct Brought {
  std::vector<PayloadRef> operator()(const command::SubmitJob& c) const { return {c.input, c.extras}; }
  std::vector<PayloadRef> operator()(const command::FinishJob& c) const { return {c.result}; }
  std::vector<PayloadRef> operator()(const command::ReportProgress& c) const { return {c.value}; }
  std::vector<PayloadRef> operator()(const command::PostChunk& c) const { return {c.chunk}; }
  std::vector<PayloadRef> operator()(const command::SaveBatch& c) const {
    std::vector<PayloadRef> all;
    for (const BatchRequest& request : c.added) all.insert(all.end(), {request.input, request.extras});
    return all;
  }
  std::vector<PayloadRef> operator()(const command::SaveTemplate& c) const {
    return {c.patch.env.value_or(PayloadRef{})};
  }
  std::vector<PayloadRef> operator()(const command::SaveEndpoint& c) const {
    if (!c.with) return {c.patch.env.value_or(PayloadRef{})};
    return {c.patch.env.value_or(PayloadRef{}), c.with->patch.env.value_or(PayloadRef{}), c.with->copied_env};
  }
  std::vector<PayloadRef> operator()(const auto&) const { return {}; }
};

}  // namespace

Audit::Audit(World& world)
    : world_(world),
      jobs_(world),
      holders_(world),
      explanations_(world),
      order_(world),
      ahead_(world),
      tickets_(world),
      workers_(world),
      asking_(world),
      results_(world),
      answers_(world),
      streams_(world),
      webhooks_(world),
      keys_(world),
      pauses_(world),
      accounts_(world),
      volumes_(world) {}

void Audit::batch_begins(const Batch& batch) {
  batch_ = &batch;
  asking_.batch_begins(batch.now, image_);
}

void Audit::asked(const Command& command) {
  words_.said(command, world_.plan.limits);
  pauses_.asked(command, image_, tickets_);
  tickets_.asked(command, batch_->now);
  workers_.asked(command, image_, *batch_);
  asking_.asked(command, image_, batch_->now);
  results_.asked(command, image_, batch_->now);
  holders_.asked(command, image_);
  explanations_.asked(command, image_);
  if (const auto* purge = std::get_if<command::PurgeQueue>(&command)) jobs_.purged(purge->endpoint);
  if (const auto* back = std::get_if<command::Undelivered>(&command))
    for (const JobId& id : back->jobs)
      if (const Job* job = image_.job(id);
          job != nullptr && job->state == JobState::in_progress && job->worker == back->worker)
        world_.ledger.job(id)->undelivered(back->poll, batch_->number);
  if (const auto* several = std::get_if<command::SubmitJobs>(&command))
    for (const command::SubmitJob& job : several->jobs)
      world_.ledger.job(job.id)->reserved = world_.ledger.take_place();
  if (std::holds_alternative<command::Drain>(command)) world_.draining = true;
}

void Audit::applied(const Batch& batch, const Command* command, std::size_t records, std::size_t effects) {
  const Step step{batch, command, std::span(batch.outcome.records).subspan(records),
                  std::span(batch.outcome.effects).subspan(effects)};
  if (world_.trace.on()) tell(step);
  for (const Record& record : step.records) this->record(step, record);
  streams_.step_ends(step);
  webhooks_.step_ends(step, image_);
  keys_.step_ends(step);
  pauses_.step_ends(step, image_);
  DefinitionLaws::step_ends(step, image_);
  results_.step_ends(step);
  payloads_hold(step);
  slices_hold(step);
  holders_.step_ends(step, image_);
  tickets_.step_ends(step);
  ahead_.step_ends(image_, tickets_);
  workers_.step_ends(step, image_);
  answers_.step_ends(step, image_);
  accounts_.step_ends(step, image_);
  CredentialLaws::step_ends(step, image_);
  if (world_.hashing) hash_in(step);
}

void Audit::tell(const Step& step) {
  if (step.command == nullptr && step.records.empty() && step.effects.empty()) return;
  world_.note("[{}] {}", step.batch.number, step.command != nullptr ? describe(*step.command) : "advance");
  for (const Record& record : step.records) world_.note("      + {}", describe(record));
  for (const Effect& effect : step.effects) world_.note("      > {}", describe(effect));
}

void Audit::record(const Step& step, const Record& any) {
  if (const auto* saved = std::get_if<record::JobSaved>(&any)) {
    jobs_.saved(step, image_, saved->value);
    holders_.saved(step, image_, saved->value);
    asking_.job_changes(image_, saved->value.id, step.now());
    results_.saved(image_, saved->value);
    explanations_.saved(step, image_, saved->value);
    order_.saved(saved->value);
    ahead_.saved(saved->value);
  } else if (const auto* finished = std::get_if<record::JobFinished>(&any)) {
    jobs_.finished(step, image_, finished->value);
    holders_.finished(image_, finished->value);
    asking_.job_changes(image_, finished->value.id, step.now());
    results_.finished(image_, finished->value);
    explanations_.finished(step, image_, finished->value);
    order_.finished(finished->value);
    ahead_.finished(finished->value);
  } else if (const auto* worker = std::get_if<record::WorkerSaved>(&any)) {
    workers_.saved(step, image_, worker->value);
    asking_.saved(image_, worker->value);
  } else if (const auto* removed = std::get_if<record::WorkerRemoved>(&any)) {
    holders_.worker_removed(removed->id);
  } else if (const auto* endpoint = std::get_if<record::EndpointSaved>(&any)) {
    jobs_.endpoint_saved(endpoint->value);
    workers_.endpoint_saved(image_, endpoint->value);
  } else if (const auto* gone = std::get_if<record::EndpointRemoved>(&any)) {
    const auto* entry = image_.endpoint(gone->id);
    require(entry != nullptr && entry->queued + entry->running == 0, "S1", "endpoint {} goes before its jobs",
            gone->id);
  }
  DefinitionLaws::recorded(step, image_, any);
  volumes_.recorded(step, image_, any);
  streams_.recorded(image_, any);
  webhooks_.recorded(step, image_, any);
  accounts_.recorded(step, image_, any);
  CredentialLaws::recorded(step, image_, any);
  image_.fold(any);
}

/// The bytes of a payload are at hand only while the command that brought them is applied.
void Audit::payloads_hold(const Step& step) {
  std::optional<std::vector<PayloadRef>> brought;
  for (const Record& record : step.records) {
    const auto* kept = std::get_if<record::PayloadKept>(&record);
    const auto* chunk = std::get_if<record::ChunkSaved>(&record);
    if (kept == nullptr && chunk == nullptr) continue;
    const PayloadRef& ref = kept != nullptr ? kept->ref : chunk->chunk;
    if (!brought)
      brought = step.command != nullptr ? std::visit(Brought{}, *step.command) : std::vector<PayloadRef>{};
    require(std::find(brought->begin(), brought->end(), ref) != brought->end(), "S12",
            "payload {} is kept but nobody brought it", ref.number);
  }
}

void Audit::slices_hold(const Step& step) {
  const auto touched = std::count_if(step.records.begin(), step.records.end(), [](const Record& record) {
    return std::holds_alternative<record::JobFinished>(record) ||
           std::holds_alternative<record::JobSaved>(record);
  });
  const Limits& limits = world_.plan.limits;
  const auto allowed = 2 * std::max<std::int64_t>(limits.slice_jobs, 1) + limits.jobs_per_take_max;
  require(touched <= allowed, "S7", "one call touches {} jobs, {} allowed", touched, allowed);
}

void Audit::batch_ends(const Batch& batch, const core::ControlPlane& plane) {
  totals_hold(plane.totals());
  counters_hold();
  const auto next = plane.next_deadline();
  const bool unfinished = next && *next <= batch.now;
  const bool idle = batch.outcome.records.empty() && batch.outcome.effects.empty();
  idle_advances_ = unfinished && idle ? idle_advances_ + 1 : 0;
  require(idle_advances_ <= idle_advances_max, "L1", "work waits but none is done");
  if (unfinished) return;
  jobs_.settled(batch.now, image_);
  tickets_.settled(batch.now);
  order_.settled();
  asking_.settled(batch.now, image_);
  results_.settled(batch.now, image_);
  ahead_.settled(batch.now, image_, tickets_);
}

void Audit::totals_hold(const core::ControlPlane::Totals& totals) {
  require(totals.live_jobs == image_.jobs.size(), "S10", "{} live jobs, but {} by the records",
          totals.live_jobs, image_.jobs.size());
  require(totals.queued_jobs == image_.queued(), "S10", "{} queued jobs, but {} by the records",
          totals.queued_jobs, image_.queued());
  require(totals.leases == image_.running(), "S10", "{} leases, but {} by the records", totals.leases,
          image_.running());
  require(totals.workers == image_.workers.size(), "S10", "{} workers, but {} by the records", totals.workers,
          image_.workers.size());
  require(totals.open_webhooks == image_.webhooks.size(), "S10", "{} open webhooks, but {} by the records",
          totals.open_webhooks, image_.webhooks.size());
  require(totals.open_tickets == tickets_.waiting(), "S10", "{} open questions, but {} were asked",
          totals.open_tickets, tickets_.waiting());
}

void Audit::counters_hold() {
  for (const auto& [id, sums] : image_.recount) {
    const auto at = image_.counters.find(id);
    require(at != image_.counters.end() && at->second == sums, "S10", "counters of {} do not add up", id);
  }
}

void Audit::restored(Batch& batch, core::ControlPlane& plane) {
  results_.restored(batch.now);
  accounts_.restored(image_);
  credentials_.restored(image_);
  applied(batch, nullptr, 0, 0);
  totals_hold(plane.totals());
  read_back(batch.now, plane);
}

void Audit::read_back(Timestamp now, core::ControlPlane& plane) {
  Batch aside;
  aside.now = now;
  for (const auto& [id, job] : image_.jobs) {
    aside.outcome = {};
    const Command read = command::ReadJob{~Ticket{0}, job.endpoint, id};
    plane.apply(now, read, aside.outcome);
    require(aside.outcome.records.empty() && aside.outcome.effects.size() == 1, "S10",
            "a read of job {} does more", id);
    const auto& reply = std::get<effect::Reply>(aside.outcome.effects.front());
    require(std::holds_alternative<answer::JobLive>(reply.answer), "S1", "job {} is lost by a restart", id);
    answers_.step_ends({aside, &read, aside.outcome.records, aside.outcome.effects}, image_);
  }
}

void Audit::released(const Effect& effect) {
  answers_.released(effect, world_.store.disk());
  webhooks_.released(effect, world_.store.disk());
  accounts_.released(effect);
  credentials_.released(effect);
  VolumeLaws::released(effect, world_.store.disk());
}

void Audit::all_released() {
  accounts_.all_released(world_.store.disk().image);
  credentials_.all_released(world_.store.disk().image);
}

void Audit::crashed() {
  image_ = world_.store.disk().image;
  DefinitionLaws::crashed(image_);
  world_.ledger.crashed(world_.store.disk().durable);
  batch_ = nullptr;
  idle_advances_ = 0;
  jobs_.crashed(image_);
  order_.crashed();
  ahead_.crashed(image_);
  words_.crashed();
  tickets_.crashed();
  workers_.crashed();
  asking_.crashed();
  streams_.crashed(world_.store.disk());
  webhooks_.crashed();
  keys_.crashed(world_.store.disk().durable);
  pauses_.crashed(world_.store.disk().durable);
}

void Audit::hash_in(const Step& step) {
  std::string bytes;
  Encoder out(bytes);
  out.put(step.now());
  for (const Record& record : step.records) out.put(record);
  for (const Effect& effect : step.effects) out.put(effect);
  hash_ = stable_hash(bytes, hash_);
  digest_.add(step);
}

}  // namespace pilotlight::sim
