#include "sim/checkers/answer_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

namespace {

/// Whether a worker is idle or busy is told by its jobs; records do not keep up with it.
bool same_state(WorkerState a, WorkerState b) {
  const auto awake = [](WorkerState state) {
    return state == WorkerState::idle || state == WorkerState::busy;
  };
  return a == b || (awake(a) && awake(b));
}

}  // namespace

bool known(const Disk& disk, const JobId& job) {
  return disk.image.job(job) != nullptr || disk.finals.contains(job) || disk.expired.contains(job);
}

struct AnswerLaws::Said {
  AnswerLaws& laws;
  const Step& step;
  const Image& image;
  void operator()(const answer::JobAccepted& a) {
    require(image.job(a.id) != nullptr, "S1", "job {} is accepted but not saved", a.id);
  }
  void operator()(const answer::JobLive& a) { laws.live(step, image, a); }
  void operator()(const answer::JobEnded& a) {
    const JobEntry* entry = laws.world_.ledger.job(a.job.id);
    require(entry != nullptr && entry->ended && *entry->ended == a.job, "S4",
            "job {} is told otherwise than it ended", a.job.id);
  }
  void operator()(const answer::JobNotLive&) {
    if (const auto* read = step.is<command::ReadJob>()) absent(read->id, read->endpoint);
    if (const auto* cancel = step.is<command::CancelJob>()) absent(cancel->id, cancel->endpoint);
  }
  void absent(const JobId& id, const EndpointId& endpoint) {
    const Job* job = image.job(id);
    require(job == nullptr || job->endpoint != endpoint, "S1", "job {} is live but not found", id);
  }
  void operator()(const answer::EndpointSaved& a) {
    const auto* entry = image.endpoint(a.saved->id);
    require(entry != nullptr && entry->value == *a.saved, "S4", "endpoint {} is told otherwise than saved",
            a.saved->id);
  }
  void operator()(const answer::TemplateSaved& a) {
    const auto at = image.templates.find(a.saved->id);
    require(at != image.templates.end() && at->second == *a.saved, "S4",
            "template {} is told otherwise than saved", a.saved->id);
  }
  void operator()(const answer::WorkerRegistered& a) {
    require(image.worker(a.worker) != nullptr, "S4", "worker {} is registered but not saved", a.worker);
  }
  void operator()(const answer::Health& a) {
    if (const auto* read = step.is<command::ReadHealth>()) laws.health(read->endpoint, image, a);
  }
  void operator()(const answer::Metrics& a) {
    if (const auto* read = step.is<command::ReadMetrics>()) laws.metrics(read->endpoint, image, a);
  }
  void operator()(const answer::Workers& a) {
    if (const auto* read = step.is<command::ReadWorkers>()) laws.workers(read->endpoint, image, a);
  }
  void operator()(const answer::Catalog& a) {
    const auto* read = step.is<command::ReadCatalog>();
    laws.listed(image, *a.content);
    laws.volumes(image, read, *a.content);
    if (read != nullptr && read->only)
      laws.only(image, *read->only, *a.content);
    else if (read == nullptr || !read->only_volume)
      laws.whole(image, *a.content);
  }
  void operator()(const answer::Refused& a) {
    if (const auto* asked = step.is<command::SubmitJob>()) laws.refused(step, image, *asked, a);
  }
  void operator()(const answer::JobsAccepted& a) {
    const auto* asked = step.is<command::SubmitJobs>();
    require(asked != nullptr && a.count <= asked->jobs.size() &&
                a.refusal.has_value() == (a.count < asked->jobs.size()),
            "S1", "{} jobs are accepted of one command", a.count);
    for (std::size_t i = 0; i < asked->jobs.size(); ++i)
      require((image.job(asked->jobs[i].id) != nullptr) == (i < a.count), "S1",
              "job {}, the {}. of a command of which {} are accepted", asked->jobs[i].id, i + 1, a.count);
    if (a.refusal) laws.refused(step, image, asked->jobs[a.count], *a.refusal);
  }
  void operator()(const auto&) {}
};

void AnswerLaws::step_ends(const Step& step, const Image& image) {
  for (const Effect& effect : step.effects)
    if (const auto* reply = std::get_if<effect::Reply>(&effect))
      std::visit(Said{*this, step, image}, reply->answer);
}

void AnswerLaws::live(const Step& step, const Image& image, const answer::JobLive& told) {
  const bool moved = std::any_of(step.records.begin(), step.records.end(), [&](const Record& record) {
    const auto* saved = std::get_if<record::JobSaved>(&record);
    const auto* finished = std::get_if<record::JobFinished>(&record);
    return (saved != nullptr && saved->value.id == told.id) ||
           (finished != nullptr && finished->value.id == told.id);
  });
  if (moved) return;
  const Job* job = image.job(told.id);
  require(job != nullptr, "S1", "job {} is told as live but is not", told.id);
  require(told.state == job->state && told.retries == job->retries && told.progress == job->progress &&
              told.worker == job->worker && told.delay.has_value() == job->leased.has_value(),
          "S4", "job {} is told as {} retries {} by {}, but is {} retries {} by {}", told.id, told.state,
          told.retries, told.worker, job->state, job->retries, job->worker);
  world_.audit.asking().told(image, job->endpoint, told.waiting, step.now());
}

void AnswerLaws::health(const EndpointId& id, const Image& image, const answer::Health& told) {
  const auto* entry = image.endpoint(id);
  require(entry != nullptr, "S4", "health of an endpoint that is not there");
  const auto sums = image.recount.find(id);
  const record::CountersSaved all = sums != image.recount.end() ? sums->second : record::CountersSaved{};
  require(told.in_queue == entry->queued && told.in_progress == entry->running, "S10",
          "health of {}: {} queued and {} running, but {} and {}", id, told.in_queue, told.in_progress,
          entry->queued, entry->running);
  require(told.completed == all.completed && told.failed == all.failed + all.timed_out, "S10",
          "health of {}: {} completed and {} failed, but {} and {}", id, told.completed, told.failed,
          all.completed, all.failed + all.timed_out);
}

void AnswerLaws::metrics(const EndpointId& id, const Image& image, const answer::Metrics& told) {
  health(id, image, told.health);
  const auto sums = image.recount.find(id);
  const record::CountersSaved all = sums != image.recount.end() ? sums->second : record::CountersSaved{};
  require(told.cancelled == all.cancelled && told.timed_out == all.timed_out, "S10",
          "metrics of {}: {} cancelled and {} timed out, but {} and {}", id, told.cancelled, told.timed_out,
          all.cancelled, all.timed_out);
  require(told.ready.size() == told.health.ready, "S10", "metrics of {}: {} workers ready, but {}", id,
          told.ready.size(), told.health.ready);
  require(told.queue_delay.count() >= 0 && (told.queue_delay.count() == 0 || told.health.in_queue > 0), "S9",
          "metrics of {}: a queue delay of {} ms with {} queued", id, told.queue_delay.count(),
          told.health.in_queue);
  for (const answer::JobTimes& times : told.recent)
    require(times.delay.count() >= 0 && times.execution.count() >= 0, "S9", "metrics of {}: negative times",
            id);
}

void AnswerLaws::worker_count(const Image& image, const EndpointId& id, std::size_t told) {
  const auto all = std::count_if(image.workers.begin(), image.workers.end(),
                                 [&](const auto& item) { return item.second.endpoint == id; });
  require(told == static_cast<std::size_t>(all), "S4", "{} workers of {} are told of {}", told, id, all);
}

/// Whether the worker is idle or busy is told by its jobs, not by its state.
void AnswerLaws::worker(const Image& image, Worker told) {
  const Worker* there = image.worker(told.id);
  require(there != nullptr && same_state(there->state, told.state), "S4", "worker {} is told otherwise",
          told.id);
  told.state = there->state;
  require(told == *there, "S4", "worker {} is told with other facts", told.id);
}

void AnswerLaws::workers(const EndpointId& id, const Image& image, const answer::Workers& told) {
  require(told.version == image.endpoint(id)->value.version, "S4", "the version of {} is told otherwise", id);
  worker_count(image, id, told.workers.size());
  for (const answer::WorkerStatus& status : told.workers) {
    worker(image, status.worker);
    require(status.jobs.size() == image.holds(status.worker.id), "S4", "worker {} is told with {} jobs",
            status.worker.id, status.jobs.size());
    const Timestamp created = status.worker.created;
    require(status.started.value_or(created) >= created && status.ready.value_or(created) >= created, "S9",
            "worker {} begins before it was made", status.worker.id);
  }
}

void AnswerLaws::whole(const Image& image, const answer::CatalogContent& content) {
  const auto made_before = [](const auto& a, const auto& b) { return a->created < b->created; };
  require(std::is_sorted(content.templates.begin(), content.templates.end(), made_before), "S29",
          "templates are listed in another order than they were made in");
  require(content.templates.size() == image.templates.size(), "S4", "{} templates listed of {}",
          content.templates.size(), image.templates.size());
  const auto visible = std::count_if(image.endpoints.begin(), image.endpoints.end(),
                                     [](const auto& item) { return !item.second.deleting; });
  require(content.endpoints.size() == static_cast<std::size_t>(visible), "S4", "{} endpoints listed of {}",
          content.endpoints.size(), visible);
  const std::string* public_key = image.settings ? &image.settings->public_key : nullptr;
  require((content.public_key == nullptr) == (public_key == nullptr) &&
              (public_key == nullptr || *public_key == *content.public_key),
          "S4", "the public key is told otherwise than saved");
}

void AnswerLaws::only(const Image& image, const EndpointId& id, const answer::CatalogContent& content) {
  const auto* entry = image.endpoint(id);
  const bool visible = entry != nullptr && !entry->deleting;
  require(
      content.endpoints.size() == (visible ? 1 : 0) && content.templates.size() == content.endpoints.size(),
      "S4", "endpoint {} is read as {} endpoints and {} templates", id, content.endpoints.size(),
      content.templates.size());
  if (!visible) return;
  require(content.endpoints.front().endpoint->id == id &&
              content.templates.front()->id == entry->value.template_id,
          "S4", "another endpoint or template is read than that of {}", id);
}

void AnswerLaws::volumes(const Image& image, const command::ReadCatalog* read,
                         const answer::CatalogContent& content) {
  for (const auto& told : content.volumes) {
    const auto at = image.volumes.find(told->id);
    require(at != image.volumes.end() && !at->second.removing && at->second.value == *told, "S4",
            "volume {} is listed otherwise", told->id);
  }
  if (read != nullptr && read->only) return;
  const auto wanted = std::count_if(image.volumes.begin(), image.volumes.end(), [read](const auto& item) {
    return !item.second.removing && (read == nullptr || item.first == read->only_volume.value_or(item.first));
  });
  require(content.volumes.size() == static_cast<std::size_t>(wanted), "S4", "{} volumes listed of {}",
          content.volumes.size(), wanted);
}

void AnswerLaws::listed(const Image& image, const answer::CatalogContent& content) {
  for (const auto& listed : content.templates) {
    const auto at = image.templates.find(listed->id);
    require(at != image.templates.end() && at->second == *listed, "S4", "template {} is listed otherwise",
            listed->id);
  }
  for (const auto& listed : content.endpoints) {
    const auto* entry = image.endpoint(listed.endpoint->id);
    require(entry != nullptr && entry->value == *listed.endpoint, "S4", "endpoint {} is listed otherwise",
            listed.endpoint->id);
    worker_count(image, listed.endpoint->id, listed.workers.size());
    for (const Worker& told : listed.workers) worker(image, told);
  }
}

/// A job is refused only for a reason that can be seen from outside.
void AnswerLaws::refused(const Step& step, const Image& image, const command::SubmitJob& asked,
                         const answer::Refused& refusal) {
  MARK("sim: job refused");
  const Limits& limits = world_.plan.limits;
  const auto* endpoint = image.endpoint(asked.endpoint);
  const bool missing = endpoint == nullptr || endpoint->deleting;
  const auto own = static_cast<std::uint64_t>(missing ? 0 : endpoint->value.queue.queue_max);
  const std::uint64_t most = own > 0 ? own : limits.queue_max;
  // Of several jobs the first may be with workers by now.
  std::size_t delivered = 0;
  for (const Effect& effect : step.effects)
    if (const auto* reply = std::get_if<effect::Reply>(&effect))
      if (const auto* taken = std::get_if<answer::JobsTaken>(&reply->answer)) delivered += taken->jobs.size();
  const bool full = endpoint != nullptr && most > 0 && endpoint->queued + delivered >= most;
  const Timestamp turn = std::max(step.now() + asked.turn.delay, asked.turn.not_before);
  const std::optional<milliseconds> of_endpoint = missing ? std::nullopt : endpoint->value.ttl;
  const bool never = turn >= step.now() + asked.policy.ttl.value_or(of_endpoint.value_or(limits.ttl));
  const bool crowded = image.jobs.size() >= limits.live_jobs_max ||
                       (asked.webhook && image.webhooks.size() >= limits.webhooks_max);
  if (full) MARK("sim: queue full");
  if (crowded) MARK("sim: too many live jobs");
  if (never) MARK("sim: turn after the time to live");
  const bool paused = refusal.message == answer::endpoint_paused;  // PauseLaws judges it
  require(missing || full || crowded || never || paused || world_.draining, "S1",
          "job {} is refused without cause: {}", asked.id, refusal.message);
}

void AnswerLaws::released(const Effect& effect, const Disk& disk) {
  const auto* reply = std::get_if<effect::Reply>(&effect);
  if (reply == nullptr) return;
  if (const auto* accepted = std::get_if<answer::JobAccepted>(&reply->answer)) {
    require(known(disk, accepted->id), "S4", "job {} is acknowledged but not on disk", accepted->id);
  } else if (const auto* ended = std::get_if<answer::JobEnded>(&reply->answer)) {
    require(disk.finals.contains(ended->job.id) || disk.expired.contains(ended->job.id), "S4",
            "job {} is told as ended but is not on disk", ended->job.id);
  } else if (const auto* taken = std::get_if<answer::JobsTaken>(&reply->answer)) {
    for (const answer::Delivery& one : taken->jobs) {
      const auto& given = world_.ledger.job(one.id)->given;
      const bool leased = std::any_of(given.begin(), given.end(), [&](const Given& one_given) {
        return one_given.ticket == reply->ticket && one_given.batch <= disk.durable;
      });
      require(leased && known(disk, one.id), "S4", "job {} leaves without its lease on disk", one.id);
    }
  }
}

}  // namespace pilotlight::sim
