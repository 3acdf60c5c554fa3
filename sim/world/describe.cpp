#include "sim/world/describe.hpp"

#include "sim/world/violation.hpp"

namespace pilotlight::sim {
namespace {

template <class Ids>
std::string list(const Ids& ids) {
  std::string text;
  for (const auto& id : ids) text += (text.empty() ? "" : " ") + fmt::format("{}", id);
  return "[" + text + "]";
}

std::string says(const std::optional<bool>& in_progress) {
  return !in_progress ? "?" : *in_progress ? "1" : "0";
}

struct CommandText {
  std::string operator()(const command::SaveTemplate& c) const {
    return fmt::format("SaveTemplate {} {}", c.id, c.create ? "new" : "");
  }
  std::string operator()(const command::DeleteTemplate& c) const {
    return fmt::format("DeleteTemplate {}", c.id.empty() ? c.name : c.id.text());
  }
  std::string operator()(const command::SaveEndpoint& c) const {
    return fmt::format("SaveEndpoint {} {} min={} max={} with={}", c.id, c.create ? "new" : "",
                       c.patch.workers_min.value_or(-1), c.patch.workers_max.value_or(-1),
                       c.with ? c.with->id : TemplateId());
  }
  std::string operator()(const command::DeleteEndpoint& c) const {
    return fmt::format("DeleteEndpoint {} drain={}", c.id, c.drain);
  }
  std::string operator()(const command::ReadCatalog&) const { return "ReadCatalog"; }
  std::string operator()(const command::SaveVolume& c) const {
    return fmt::format("SaveVolume {} {} size={}", c.id, c.create ? "new" : "", c.patch.size_gb.value_or(-1));
  }
  std::string operator()(const command::DeleteVolume& c) const {
    return fmt::format("DeleteVolume {}", c.id);
  }
  std::string operator()(const command::VolumeFolderRemoved& c) const {
    return fmt::format("VolumeFolderRemoved {}", c.id);
  }
  std::string operator()(const command::SaveApiKey&) const { return "SaveApiKey"; }
  std::string operator()(const command::MakeApiKey& c) const {
    return fmt::format("MakeApiKey {}", c.key.id);
  }
  std::string operator()(const command::RevokeApiKey& c) const {
    return fmt::format("RevokeApiKey {}", c.id);
  }
  std::string operator()(const command::ReadApiKeys&) const { return "ReadApiKeys"; }
  std::string operator()(const command::NoteKeyUse& c) const { return fmt::format("NoteKeyUse {}", c.id); }
  std::string operator()(const command::SaveAccountSettings&) const { return "SaveAccountSettings"; }
  std::string operator()(const command::SaveRegistry& c) const {
    return fmt::format("SaveRegistry {} {}", c.id, c.create ? "new" : "");
  }
  std::string operator()(const command::DeleteRegistry& c) const {
    return fmt::format("DeleteRegistry {}", c.id);
  }
  std::string operator()(const command::ReadRegistries&) const { return "ReadRegistries"; }
  std::string operator()(const command::SaveSecret& c) const {
    return fmt::format("SaveSecret {} {}", c.id, c.create ? "new" : "");
  }
  std::string operator()(const command::DeleteSecret& c) const {
    return fmt::format("DeleteSecret {}", c.id);
  }
  std::string operator()(const command::ReadSecrets&) const { return "ReadSecrets"; }
  std::string operator()(const command::RegisterWorker& c) const {
    return fmt::format("RegisterWorker {} at {}", c.worker, c.endpoint);
  }
  std::string operator()(const command::SubmitJob& c) const {
    return fmt::format("SubmitJob {} at {} wait={} ttl={} exec={} low={}", c.id, c.endpoint,
                       c.wait ? c.wait->count() : -1, c.policy.ttl ? c.policy.ttl->count() : -1,
                       c.policy.execution_timeout ? c.policy.execution_timeout->count() : -1,
                       c.policy.low_priority);
  }
  std::string operator()(const command::ReadJob& c) const { return fmt::format("ReadJob {}", c.id); }
  std::string operator()(const command::CancelJob& c) const { return fmt::format("CancelJob {}", c.id); }
  std::string operator()(const command::PurgeQueue& c) const {
    return fmt::format("PurgeQueue {}", c.endpoint);
  }
  std::string operator()(const command::ShortenRetention& c) const {
    return fmt::format("ShortenRetention {}", c.id);
  }
  std::string operator()(const command::ReadHealth& c) const {
    return fmt::format("ReadHealth {}", c.endpoint);
  }
  std::string operator()(const command::ReadMetrics& c) const {
    return fmt::format("ReadMetrics {}", c.endpoint);
  }
  std::string operator()(const command::RestartWorkers& c) const {
    return fmt::format("RestartWorkers {} kill={}", c.endpoint, c.kill);
  }
  std::string operator()(const command::ReadWorkers& c) const {
    return fmt::format("ReadWorkers {}", c.endpoint);
  }
  std::string operator()(const command::SubmitJobs& c) const {
    return fmt::format("SubmitJobs {}", c.jobs.size());
  }
  std::string operator()(const command::SaveBatch& c) const {
    return fmt::format("SaveBatch {} -{} +{}", c.batch.number, c.removed.size(), c.added.size());
  }
  std::string operator()(const command::Abandon& c) const { return fmt::format("Abandon #{}", c.asker); }
  std::string operator()(const command::TakeJobs& c) const {
    return fmt::format("TakeJobs {} max={} in_progress={} hold={}", c.worker, c.max, says(c.job_in_progress),
                       c.hold.count());
  }
  std::string operator()(const command::Undelivered& c) const {
    return fmt::format("Undelivered {} {}", c.worker, list(c.jobs));
  }
  std::string operator()(const command::FinishJob& c) const {
    return fmt::format("FinishJob {} by {} failed={} stop={}", c.job, c.worker, c.failed, c.stop_worker);
  }
  std::string operator()(const command::ReportProgress& c) const {
    return fmt::format("ReportProgress {} by {}", c.job, c.worker);
  }
  std::string operator()(const command::Heartbeat& c) const {
    return fmt::format("Heartbeat {} {}{}", c.worker, list(c.jobs), c.unhealthy ? " unhealthy" : "");
  }
  std::string operator()(const command::PollStops& c) const { return fmt::format("PollStops {}", c.worker); }
  std::string operator()(const command::WorkerStarted& c) const {
    return fmt::format("WorkerStarted {}", c.worker);
  }
  std::string operator()(const command::WorkerExited& c) const {
    return fmt::format("WorkerExited {} code={} signal={}", c.worker, c.exit_code, c.signal);
  }
  std::string operator()(const command::WorkerOutput& c) const {
    return fmt::format("WorkerOutput {} asked={} lines={}", c.worker, c.asked, c.output.size());
  }
  std::string operator()(const command::WorkersListed& c) const {
    return fmt::format("WorkersListed {}", list(c.running));
  }
  std::string operator()(const command::AnswersDelayed& c) const {
    return fmt::format("AnswersDelayed since {}", c.since);
  }
  std::string operator()(const command::Drain&) const { return "Drain"; }
  std::string operator()(const command::EndWaits&) const { return "EndWaits"; }
  std::string operator()(const command::Claim& c) const { return fmt::format("Claim \"{}\"", c.name); }
  std::string operator()(const command::Release& c) const { return fmt::format("Release \"{}\"", c.name); }
  std::string operator()(const command::WebhookTried& c) const {
    return fmt::format("WebhookTried {} attempt={} status={}", c.job, c.attempt, c.status);
  }
  std::string operator()(const command::PostChunk& c) const {
    return fmt::format("PostChunk {} by {}", c.job, c.worker);
  }
  std::string operator()(const command::ReadStream& c) const {
    return fmt::format("ReadStream {} after {}/{}", c.id, c.after ? c.after->run : 0,
                       c.after ? c.after->chunks : 0);
  }
  std::string operator()(const command::MoveStream& c) const {
    return fmt::format("MoveStream {} to {}", c.stream.job, c.stream.read);
  }
  std::string operator()(const command::RetryJob& c) const { return fmt::format("RetryJob {}", c.job.id); }
};

struct RecordText {
  std::string operator()(const record::TemplateSaved& r) const {
    return fmt::format("template {}", r.value.id);
  }
  std::string operator()(const record::TemplateRemoved& r) const {
    return fmt::format("template {} gone", r.id);
  }
  std::string operator()(const record::EndpointSaved& r) const {
    return fmt::format("endpoint {} v{}{}", r.value.id, r.value.version, r.deleting ? " deleting" : "");
  }
  std::string operator()(const record::EndpointRemoved& r) const {
    return fmt::format("endpoint {} gone", r.id);
  }
  std::string operator()(const record::VolumeSaved& r) const {
    return fmt::format("volume {} size={}{}", r.value.id, r.value.size_gb, r.removing ? " removing" : "");
  }
  std::string operator()(const record::VolumeRemoved& r) const { return fmt::format("volume {} gone", r.id); }
  std::string operator()(const record::ApiKeySaved&) const { return "first API key"; }
  std::string operator()(const record::KeySaved& r) const { return fmt::format("API key {}", r.value.id); }
  std::string operator()(const record::KeyRemoved& r) const { return fmt::format("API key {} gone", r.id); }
  std::string operator()(const record::AccountSaved&) const { return "account"; }
  std::string operator()(const record::RegistrySaved& r) const {
    return fmt::format("registry {}", r.value.id);
  }
  std::string operator()(const record::RegistryRemoved& r) const {
    return fmt::format("registry {} gone", r.id);
  }
  std::string operator()(const record::SecretSaved& r) const { return fmt::format("secret {}", r.value.id); }
  std::string operator()(const record::SecretRemoved& r) const { return fmt::format("secret {} gone", r.id); }
  std::string operator()(const record::CountersSaved& r) const {
    return fmt::format("counters {}", r.endpoint);
  }
  std::string operator()(const record::WorkerSaved& r) const {
    return fmt::format("worker {} at {} state={}", r.value.id, r.value.endpoint,
                       static_cast<int>(r.value.state));
  }
  std::string operator()(const record::WorkerRemoved& r) const { return fmt::format("worker {} gone", r.id); }
  std::string operator()(const record::JobSaved& r) const {
    return fmt::format("job {} {} order={} worker={} retries={} free={} holders={}", r.value.id,
                       wire_name(r.value.state), r.value.order, r.value.worker, r.value.retries,
                       r.value.uncharged_returns, list(r.value.holders));
  }
  std::string operator()(const record::JobFinished& r) const {
    return fmt::format("job {} {} reason={} worker={}", r.value.id, wire_name(r.value.state),
                       static_cast<int>(r.value.reason), r.value.worker);
  }
  std::string operator()(const record::StreamSaved& r) const {
    return fmt::format("stream {} run={} chunks={} read={}", r.value.job, r.value.run, r.value.chunks,
                       r.value.read);
  }
  std::string operator()(const record::WebhookSaved& r) const {
    return fmt::format("webhook of {} state={} attempts={}", r.value.job, static_cast<int>(r.value.state),
                       r.value.attempts);
  }
  std::string operator()(const record::ChunkSaved& r) const {
    return fmt::format("chunk {} of job {} run={}", r.number, r.job, r.run);
  }
  std::string operator()(const record::ChunksDropped& r) const {
    return fmt::format("chunks of job {} dropped", r.job);
  }
  std::string operator()(const record::BatchSaved& r) const {
    return fmt::format("batch {} of {} requests", r.value.number, r.value.requests);
  }
  std::string operator()(const record::BatchRequestSaved& r) const {
    return fmt::format("request {} of batch {}", r.value.id, r.value.batch);
  }
  std::string operator()(const record::BatchRequestRemoved& r) const {
    return fmt::format("request {} of batch {} gone", r.id, r.batch);
  }
  std::string operator()(const record::IdempotencySaved& r) const {
    return fmt::format("key {} with {} names job {}", r.value.key.text, r.value.key.body_sha256, r.value.job);
  }
  std::string operator()(const record::JobRevived& r) const { return fmt::format("job {} revived", r.id); }
  std::string operator()(const record::RetentionShortened& r) const {
    return fmt::format("retention {}", r.id);
  }
  std::string operator()(const record::PayloadKept& r) const {
    return fmt::format("payload {} kept", r.ref.number);
  }
  std::string operator()(const record::PayloadDropped& r) const {
    return fmt::format("payload {} dropped", r.ref.number);
  }
};

struct AnswerText {
  std::string operator()(const answer::Refused& a) const { return "refused: " + a.message; }
  std::string operator()(const answer::Acknowledged&) const { return "ok"; }
  std::string operator()(const answer::Deleted&) const { return "deleted"; }
  std::string operator()(const answer::TemplateSaved& a) const {
    return fmt::format("template {}", a.saved->id);
  }
  std::string operator()(const answer::EndpointSaved& a) const {
    return fmt::format("endpoint {}", a.saved->id);
  }
  std::string operator()(const answer::Catalog&) const { return "catalog"; }
  std::string operator()(const answer::WorkerRegistered& a) const {
    return fmt::format("registered {}", a.worker);
  }
  std::string operator()(const answer::JobAccepted& a) const { return fmt::format("accepted {}", a.id); }
  std::string operator()(const answer::JobLive& a) const {
    return fmt::format("live {} {} ({})", a.id, wire_name(a.state), wire_name(a.waiting.reason));
  }
  std::string operator()(const answer::JobEnded& a) const {
    return fmt::format("ended {} {}", a.job.id, wire_name(a.job.state));
  }
  std::string operator()(const answer::JobNotLive&) const { return "not live"; }
  std::string operator()(const answer::QueuePurged& a) const { return fmt::format("purged {}", a.removed); }
  std::string operator()(const answer::Health&) const { return "health"; }
  std::string operator()(const answer::Metrics&) const { return "metrics"; }
  std::string operator()(const answer::Workers& a) const {
    return fmt::format("{} workers", a.workers.size());
  }
  std::string operator()(const answer::JobsAccepted& a) const { return fmt::format("accepted {}", a.count); }
  std::string operator()(const answer::JobsTaken& a) const {
    std::vector<JobId> ids;
    for (const answer::Delivery& one : a.jobs) ids.push_back(one.id);
    return fmt::format("jobs for {} {}", a.worker, list(ids));
  }
  std::string operator()(const answer::NoJob&) const { return "nothing"; }
  std::string operator()(const answer::JobFinished& a) const { return a.counted ? "counted" : "dropped"; }
  std::string operator()(const answer::StopJobs& a) const { return "stop " + list(a.jobs); }
  std::string operator()(const answer::Abandoned&) const { return "abandoned"; }
  std::string operator()(const answer::StreamChunks& a) const {
    return fmt::format("chunks {}-{} of run {}", a.from, a.to, a.run);
  }
  std::string operator()(const answer::Claimed&) const { return "claimed"; }
  std::string operator()(const answer::VolumeSaved& a) const {
    return fmt::format("volume {} saved", a.saved->id);
  }
  std::string operator()(const answer::ApiKeys& a) const { return fmt::format("{} API keys", a.keys.size()); }
  std::string operator()(const answer::Registries& a) const {
    return fmt::format("{} registries", a.registries.size());
  }
  std::string operator()(const answer::Secrets& a) const {
    return fmt::format("{} secrets", a.secrets.size());
  }
};

struct EffectText {
  std::string operator()(const effect::Reply& e) const {
    return fmt::format("reply #{} {}", e.ticket, describe(e.answer));
  }
  std::string operator()(const effect::StartWorker& e) const {
    return fmt::format("start worker {} at {}", e.worker, e.endpoint);
  }
  std::string operator()(const effect::StopWorker& e) const {
    return fmt::format("stop worker {} grace={}", e.worker, e.grace.count());
  }
  std::string operator()(const effect::ForgetWorker& e) const {
    return fmt::format("forget worker {}", e.worker);
  }
  std::string operator()(const effect::ReadOutput& e) const {
    return fmt::format("read output of {}", e.worker);
  }
  std::string operator()(const effect::SendWebhook& e) const {
    return fmt::format("send webhook of {} attempt={}", e.job, e.attempt);
  }
  std::string operator()(const effect::PublishKey& e) const {
    return fmt::format("publish key {}", e.key->id);
  }
  std::string operator()(const effect::WithdrawKey& e) const { return fmt::format("withdraw key {}", e.id); }
  std::string operator()(const effect::PublishSecret& e) const {
    return fmt::format("publish secret {}", e.secret->id);
  }
  std::string operator()(const effect::WithdrawSecret& e) const {
    return fmt::format("withdraw secret {}", e.id);
  }
  std::string operator()(const effect::MakeVolumeFolder& e) const {
    return fmt::format("make folder of volume {}", e.id);
  }
  std::string operator()(const effect::RemoveVolumeFolder& e) const {
    return fmt::format("remove folder of volume {}", e.id);
  }
  std::string operator()(const effect::Drained&) const { return "drained"; }
};

}  // namespace

std::string describe(const Command& command) {
  return std::visit(CommandText{}, command);
}
std::string describe(const Record& record) {
  return std::visit(RecordText{}, record);
}
std::string describe(const Effect& effect) {
  return std::visit(EffectText{}, effect);
}
std::string describe(const Answer& answer) {
  return std::visit(AnswerText{}, answer);
}

}  // namespace pilotlight::sim
