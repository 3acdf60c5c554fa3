#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/control_plane.hpp"
#include "domain/command.hpp"
#include "domain/effect.hpp"
#include "domain/record.hpp"

namespace pilotlight::core {

inline constexpr SdkVersion newest_sdk{1, 12, 0};
inline constexpr SdkVersion parallel_sdk{1, 5, 2};

/// A control plane with one template, driven by hand: every call is a batch of its own, and what it said is
/// kept for questions.
class Plane {
 public:
  explicit Plane(Limits limits = {}, PausedEndpoints paused = PausedEndpoints::queue) : limits_(limits) {
    limits_.paused_endpoints = paused;
    plane_ = std::make_unique<ControlPlane>(limits_, 1);
    boot();
    command::SaveTemplate save;
    save.id = TemplateId::parse("template01").value();
    save.create = true;
    save.patch.name = "a template";
    save.patch.command = "python handler.py";
    apply(save);
  }

  // --- time and commands

  Timestamp now() const { return now_; }
  std::optional<Timestamp> next_deadline() const { return plane_->next_deadline(); }

  /// Applies one command as a batch; the ticket it was given, if it takes one.
  template <class C>
  Ticket apply(C command) {
    Ticket ticket = ticket_none;
    if constexpr (requires { command.ticket; }) command.ticket = ticket = ++last_ticket_;
    Outcome out;
    plane_->apply(now_, Command{command}, out);
    plane_->advance(now_, out);
    keep(std::move(out));
    return ticket;
  }

  /// As apply, for questions that are answered at once.
  template <class A, class C>
  A ask(C command) {
    return std::get<A>(answers.at(apply(std::move(command))));
  }

  /// Lets time pass; everything that falls due on the way happens at its time.
  void pass(milliseconds time) {
    const Timestamp end = now_ + time;
    for (auto due = plane_->next_deadline(); due && *due <= end; due = plane_->next_deadline()) {
      now_ = std::max(now_, *due);
      Outcome out;
      plane_->advance(now_, out);
      keep(std::move(out));
    }
    now_ = end;
  }

  /// The server is killed and started again: all that was recorded comes back, and the runtime knows these
  /// workers.
  void restart(const std::vector<WorkerId>& running) {
    plane_ = std::make_unique<ControlPlane>(limits_, ++seed_);
    for (const Record& record : records) plane_->restore(record);
    now_ += milliseconds{10};
    Outcome out;
    plane_->restored(now_, out);
    keep(std::move(out));
    apply(command::WorkersListed{running});
  }

  // --- shorthand

  EndpointId make_endpoint(EndpointPatch patch = {}) {
    command::SaveEndpoint save;
    save.id = EndpointId::parse("endpoint" + std::to_string(++endpoints_)).value();
    save.create = true;
    save.patch = std::move(patch);
    if (!save.patch.name) save.patch.name = "an endpoint";
    if (!save.patch.template_id) save.patch.template_id = TemplateId::parse("template01").value();
    ask<answer::EndpointSaved>(save);
    return save.id;
  }

  /// An endpoint for which the runtime starts nobody.
  EndpointId make_idle_endpoint() {
    EndpointPatch patch;
    patch.workers_max = 0;
    return make_endpoint(std::move(patch));
  }

  JobId submit(const EndpointId& endpoint, JobPolicy policy = {}) {
    const command::SubmitJob job = new_job(endpoint, policy);
    ask<answer::JobAccepted>(job);
    return job.id;
  }

  command::SubmitJob new_job(const EndpointId& endpoint, JobPolicy policy = {}) {
    command::SubmitJob job;
    const RowNumber row = (static_cast<RowNumber>(to_ms(now_)) << row_sequence_bits) + ++rows_;
    job.id = JobId::make(row, false, rows_);
    job.endpoint = endpoint;
    job.input = {row, 10, PayloadPlace::row};
    job.policy = policy;
    return job;
  }

  WorkerId register_worker(const EndpointId& endpoint) {
    command::RegisterWorker make;
    make.worker = WorkerId::parse("byhand" + std::to_string(++workers_)).value();
    make.endpoint = endpoint;
    return ask<answer::WorkerRegistered>(make).worker;
  }

  Ticket poll(const WorkerId& worker, std::optional<bool> in_progress = false, std::uint32_t max = 1,
              SdkVersion sdk = newest_sdk) {
    command::TakeJobs take;
    take.worker = worker;
    take.max = max;
    take.arrived = now_;
    take.job_in_progress = in_progress;
    take.sdk = sdk;
    take.hold = milliseconds{20'000};
    return apply(take);
  }

  /// Polls and takes the job that must be there.
  JobId take(const WorkerId& worker, SdkVersion sdk = newest_sdk) {
    return taken(poll(worker, false, 1, sdk)).at(0);
  }

  std::vector<JobId> taken(Ticket poll) const {
    std::vector<JobId> ids;
    if (const auto* jobs = answer<answer::JobsTaken>(poll))
      for (const answer::Delivery& one : jobs->jobs) ids.push_back(one.id);
    return ids;
  }

  bool finish(const WorkerId& worker, const JobId& job) {
    return ask<answer::JobFinished>(command::FinishJob{ticket_none, worker, job, false, {}, false}).counted;
  }

  void ping(const WorkerId& worker, std::vector<JobId> jobs) {
    apply(command::Heartbeat{worker, std::move(jobs), newest_sdk, {}});
  }

  /// The answer to an open question, if it came and is of this kind.
  template <class A>
  const A* answer(Ticket ticket) const {
    const auto found = answers.find(ticket);
    return found == answers.end() ? nullptr : std::get_if<A>(&found->second);
  }
  bool open(Ticket ticket) const { return !answers.contains(ticket); }

  /// A live job's view; nullopt once it has ended.
  std::optional<answer::JobLive> live(const EndpointId& endpoint, const JobId& job) {
    const Ticket ticket = apply(command::ReadJob{ticket_none, endpoint, job});
    const auto* view = answer<answer::JobLive>(ticket);
    return view == nullptr ? std::nullopt : std::optional(*view);
  }

  std::optional<FinalJob> ended(const JobId& job) const {
    for (const Record& record : records)
      if (const auto* final = std::get_if<record::JobFinished>(&record); final && final->value.id == job)
        return final->value;
    return std::nullopt;
  }

  answer::Health health(const EndpointId& endpoint) {
    return ask<answer::Health>(command::ReadHealth{ticket_none, endpoint});
  }

  template <class E>
  std::vector<E> all() const {
    std::vector<E> found;
    for (const Effect& effect : effects)
      if (const auto* one = std::get_if<E>(&effect)) found.push_back(*one);
    return found;
  }
  std::vector<WorkerId> started() const { return ids<effect::StartWorker>(); }
  std::vector<WorkerId> stopped() const { return ids<effect::StopWorker>(); }
  bool was_stopped(const WorkerId& worker) const {
    const auto all = stopped();
    return std::find(all.begin(), all.end(), worker) != all.end();
  }

  std::map<Ticket, Answer> answers;
  std::vector<Record> records;  ///< since the beginning
  std::vector<Effect> effects;  ///< replies excepted

 private:
  void boot() {
    Outcome out;
    plane_->restored(now_, out);
    keep(std::move(out));
    apply(command::WorkersListed{});
  }

  void keep(Outcome out) {
    std::move(out.records.begin(), out.records.end(), std::back_inserter(records));
    for (Effect& effect : out.effects) {
      if (auto* reply = std::get_if<effect::Reply>(&effect)) {
        const bool fresh = answers.emplace(reply->ticket, std::move(reply->answer)).second;
        ASSERT(fresh);
      } else {
        effects.push_back(std::move(effect));
      }
    }
  }

  template <class E>
  std::vector<WorkerId> ids() const {
    std::vector<WorkerId> found;
    for (const E& effect : all<E>()) found.push_back(effect.worker);
    return found;
  }

  Limits limits_;
  std::unique_ptr<ControlPlane> plane_;
  Timestamp now_ = timestamp_from_ms(1'750'000'000'000);
  Ticket last_ticket_ = ticket_none;
  std::uint64_t rows_ = 0, seed_ = 1;
  unsigned endpoints_ = 0, workers_ = 0;
};

}  // namespace pilotlight::core
