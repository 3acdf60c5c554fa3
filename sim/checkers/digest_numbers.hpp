#pragma once

#include <cstdint>

#include "domain/command.hpp"
#include "domain/effect.hpp"
#include "domain/record.hpp"

/// The numbers of a digest. They never change, and none is given twice: a digest of one build is compared
/// with that of another.
namespace pilotlight::sim {

/// The number of a kind of command, record, effect or answer; a kind without one does not compile.
template <class T>
constexpr std::uint64_t number_of = [] {
  static_assert(sizeof(T) == 0, "give the new kind the next number");
  return 0;
}();

constexpr std::uint64_t number(JobState state) {
  switch (state) {
    case JobState::in_queue: return 1;
    case JobState::in_progress: return 2;
    case JobState::completed: return 3;
    case JobState::failed: return 4;
    case JobState::cancelled: return 5;
    case JobState::timed_out: return 6;
  }
  return 0;
}

constexpr std::uint64_t number(WorkerState state) {
  switch (state) {
    case WorkerState::starting: return 1;
    case WorkerState::idle: return 2;
    case WorkerState::busy: return 3;
    case WorkerState::draining: return 4;
    case WorkerState::stopping: return 5;
  }
  return 0;
}

template <>
constexpr std::uint64_t number_of<command::SaveTemplate> = 101;
template <>
constexpr std::uint64_t number_of<command::DeleteTemplate> = 102;
template <>
constexpr std::uint64_t number_of<command::SaveEndpoint> = 103;
template <>
constexpr std::uint64_t number_of<command::DeleteEndpoint> = 104;
template <>
constexpr std::uint64_t number_of<command::ReadCatalog> = 105;
template <>
constexpr std::uint64_t number_of<command::SaveApiKey> = 106;
template <>
constexpr std::uint64_t number_of<command::RegisterWorker> = 107;
template <>
constexpr std::uint64_t number_of<command::SubmitJob> = 108;
template <>
constexpr std::uint64_t number_of<command::ReadJob> = 109;
template <>
constexpr std::uint64_t number_of<command::CancelJob> = 110;
template <>
constexpr std::uint64_t number_of<command::PurgeQueue> = 111;
template <>
constexpr std::uint64_t number_of<command::ShortenRetention> = 112;
template <>
constexpr std::uint64_t number_of<command::ReadHealth> = 113;
template <>
constexpr std::uint64_t number_of<command::Abandon> = 114;
template <>
constexpr std::uint64_t number_of<command::TakeJobs> = 115;
template <>
constexpr std::uint64_t number_of<command::Undelivered> = 116;
template <>
constexpr std::uint64_t number_of<command::FinishJob> = 117;
template <>
constexpr std::uint64_t number_of<command::ReportProgress> = 118;
template <>
constexpr std::uint64_t number_of<command::Heartbeat> = 119;
template <>
constexpr std::uint64_t number_of<command::PollStops> = 120;
template <>
constexpr std::uint64_t number_of<command::WorkerStarted> = 121;
template <>
constexpr std::uint64_t number_of<command::WorkerExited> = 122;
template <>
constexpr std::uint64_t number_of<command::WorkersListed> = 123;
template <>
constexpr std::uint64_t number_of<command::AnswersDelayed> = 124;
template <>
constexpr std::uint64_t number_of<command::Drain> = 125;
template <>
constexpr std::uint64_t number_of<command::Claim> = 126;
template <>
constexpr std::uint64_t number_of<command::Release> = 127;
template <>
constexpr std::uint64_t number_of<command::RetryJob> = 128;
template <>
constexpr std::uint64_t number_of<command::ReadStream> = 129;
template <>
constexpr std::uint64_t number_of<command::MoveStream> = 130;
template <>
constexpr std::uint64_t number_of<command::PostChunk> = 131;
template <>
constexpr std::uint64_t number_of<command::WebhookTried> = 132;
template <>
constexpr std::uint64_t number_of<command::ReadMetrics> = 133;
template <>
constexpr std::uint64_t number_of<command::SaveBatch> = 134;
template <>
constexpr std::uint64_t number_of<command::SubmitJobs> = 135;
template <>
constexpr std::uint64_t number_of<command::WorkerOutput> = 136;
template <>
constexpr std::uint64_t number_of<command::RestartWorkers> = 137;
template <>
constexpr std::uint64_t number_of<command::ReadWorkers> = 138;
template <>
constexpr std::uint64_t number_of<command::EndWaits> = 139;
template <>
constexpr std::uint64_t number_of<command::MakeApiKey> = 140;
template <>
constexpr std::uint64_t number_of<command::RevokeApiKey> = 141;
template <>
constexpr std::uint64_t number_of<command::ReadApiKeys> = 142;
template <>
constexpr std::uint64_t number_of<command::NoteKeyUse> = 143;
template <>
constexpr std::uint64_t number_of<command::SaveAccountSettings> = 144;
template <>
constexpr std::uint64_t number_of<command::SaveRegistry> = 151;
template <>
constexpr std::uint64_t number_of<command::DeleteRegistry> = 152;
template <>
constexpr std::uint64_t number_of<command::ReadRegistries> = 153;
template <>
constexpr std::uint64_t number_of<command::SaveSecret> = 154;
template <>
constexpr std::uint64_t number_of<command::DeleteSecret> = 155;
template <>
constexpr std::uint64_t number_of<command::ReadSecrets> = 156;
template <>
constexpr std::uint64_t number_of<command::SaveVolume> = 145;
template <>
constexpr std::uint64_t number_of<command::DeleteVolume> = 146;
template <>
constexpr std::uint64_t number_of<command::VolumeFolderRemoved> = 147;
template <>
constexpr std::uint64_t number_of<record::TemplateSaved> = 201;
template <>
constexpr std::uint64_t number_of<record::TemplateRemoved> = 202;
template <>
constexpr std::uint64_t number_of<record::EndpointSaved> = 203;
template <>
constexpr std::uint64_t number_of<record::EndpointRemoved> = 204;
template <>
constexpr std::uint64_t number_of<record::ApiKeySaved> = 205;
template <>
constexpr std::uint64_t number_of<record::CountersSaved> = 206;
template <>
constexpr std::uint64_t number_of<record::WorkerSaved> = 207;
template <>
constexpr std::uint64_t number_of<record::WorkerRemoved> = 208;
template <>
constexpr std::uint64_t number_of<record::JobSaved> = 209;
template <>
constexpr std::uint64_t number_of<record::JobFinished> = 210;
template <>
constexpr std::uint64_t number_of<record::RetentionShortened> = 211;
template <>
constexpr std::uint64_t number_of<record::PayloadKept> = 212;
template <>
constexpr std::uint64_t number_of<record::PayloadDropped> = 213;
template <>
constexpr std::uint64_t number_of<record::JobRevived> = 214;
template <>
constexpr std::uint64_t number_of<record::StreamSaved> = 215;
template <>
constexpr std::uint64_t number_of<record::ChunkSaved> = 216;
template <>
constexpr std::uint64_t number_of<record::ChunksDropped> = 217;
template <>
constexpr std::uint64_t number_of<record::WebhookSaved> = 218;
template <>
constexpr std::uint64_t number_of<record::BatchSaved> = 219;
template <>
constexpr std::uint64_t number_of<record::BatchRequestSaved> = 220;
template <>
constexpr std::uint64_t number_of<record::BatchRequestRemoved> = 221;
template <>
constexpr std::uint64_t number_of<record::IdempotencySaved> = 222;
template <>
constexpr std::uint64_t number_of<record::KeySaved> = 223;
template <>
constexpr std::uint64_t number_of<record::KeyRemoved> = 224;
template <>
constexpr std::uint64_t number_of<record::AccountSaved> = 225;
template <>
constexpr std::uint64_t number_of<record::RegistrySaved> = 231;
template <>
constexpr std::uint64_t number_of<record::RegistryRemoved> = 232;
template <>
constexpr std::uint64_t number_of<record::SecretSaved> = 233;
template <>
constexpr std::uint64_t number_of<record::SecretRemoved> = 234;
template <>
constexpr std::uint64_t number_of<record::VolumeSaved> = 226;
template <>
constexpr std::uint64_t number_of<record::VolumeRemoved> = 227;
template <>
constexpr std::uint64_t number_of<effect::Reply> = 301;
template <>
constexpr std::uint64_t number_of<effect::StartWorker> = 302;
template <>
constexpr std::uint64_t number_of<effect::StopWorker> = 303;
template <>
constexpr std::uint64_t number_of<effect::ForgetWorker> = 304;
template <>
constexpr std::uint64_t number_of<effect::Drained> = 305;
template <>
constexpr std::uint64_t number_of<effect::SendWebhook> = 306;
template <>
constexpr std::uint64_t number_of<effect::ReadOutput> = 307;
template <>
constexpr std::uint64_t number_of<effect::PublishKey> = 308;
template <>
constexpr std::uint64_t number_of<effect::WithdrawKey> = 309;
template <>
constexpr std::uint64_t number_of<effect::PublishSecret> = 315;
template <>
constexpr std::uint64_t number_of<effect::WithdrawSecret> = 316;
template <>
constexpr std::uint64_t number_of<effect::MakeVolumeFolder> = 310;
template <>
constexpr std::uint64_t number_of<effect::RemoveVolumeFolder> = 311;
template <>
constexpr std::uint64_t number_of<answer::Refused> = 401;
template <>
constexpr std::uint64_t number_of<answer::Acknowledged> = 402;
template <>
constexpr std::uint64_t number_of<answer::Deleted> = 403;
template <>
constexpr std::uint64_t number_of<answer::TemplateSaved> = 404;
template <>
constexpr std::uint64_t number_of<answer::EndpointSaved> = 405;
template <>
constexpr std::uint64_t number_of<answer::Catalog> = 406;
template <>
constexpr std::uint64_t number_of<answer::WorkerRegistered> = 407;
template <>
constexpr std::uint64_t number_of<answer::JobAccepted> = 408;
template <>
constexpr std::uint64_t number_of<answer::JobLive> = 409;
template <>
constexpr std::uint64_t number_of<answer::JobEnded> = 410;
template <>
constexpr std::uint64_t number_of<answer::JobNotLive> = 411;
template <>
constexpr std::uint64_t number_of<answer::QueuePurged> = 412;
template <>
constexpr std::uint64_t number_of<answer::Health> = 413;
template <>
constexpr std::uint64_t number_of<answer::JobsTaken> = 414;
template <>
constexpr std::uint64_t number_of<answer::NoJob> = 415;
template <>
constexpr std::uint64_t number_of<answer::JobFinished> = 416;
template <>
constexpr std::uint64_t number_of<answer::StopJobs> = 417;
template <>
constexpr std::uint64_t number_of<answer::Abandoned> = 418;
template <>
constexpr std::uint64_t number_of<answer::Claimed> = 419;
template <>
constexpr std::uint64_t number_of<answer::StreamChunks> = 420;
template <>
constexpr std::uint64_t number_of<answer::Metrics> = 421;
template <>
constexpr std::uint64_t number_of<answer::JobsAccepted> = 422;
template <>
constexpr std::uint64_t number_of<answer::Workers> = 423;
template <>
constexpr std::uint64_t number_of<answer::ApiKeys> = 424;
template <>
constexpr std::uint64_t number_of<answer::Registries> = 431;
template <>
constexpr std::uint64_t number_of<answer::Secrets> = 432;
template <>
constexpr std::uint64_t number_of<answer::VolumeSaved> = 425;

}  // namespace pilotlight::sim
