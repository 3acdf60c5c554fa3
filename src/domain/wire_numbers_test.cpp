#include <gtest/gtest.h>

#include <numeric>

#include "domain/codec.hpp"

namespace pilotlight {
namespace {

/// Types in the order of their numbers, the first with 0. Traces have these numbers: a new type comes last,
/// and a type that is gone leaves its place to a `Gone` of that number.
template <class... T>
struct Numbered {};

using Commands = Numbered<
    command::SaveTemplate, command::DeleteTemplate, command::SaveEndpoint, command::DeleteEndpoint,
    command::ReadCatalog, command::SaveApiKey, command::RegisterWorker, command::SubmitJob, command::ReadJob,
    command::CancelJob, command::PurgeQueue, command::ShortenRetention, command::ReadHealth, command::Abandon,
    command::TakeJobs, command::Undelivered, command::FinishJob, command::ReportProgress, command::Heartbeat,
    command::PollStops, command::WorkerStarted, command::WorkerExited, command::WorkersListed,
    command::AnswersDelayed, command::Drain, command::Claim, command::Release, command::RetryJob,
    command::ReadStream, command::MoveStream, command::PostChunk, command::WebhookTried, command::ReadMetrics,
    command::SaveBatch, command::SubmitJobs, command::WorkerOutput, command::RestartWorkers,
    command::ReadWorkers, command::EndWaits, command::MakeApiKey, command::RevokeApiKey, command::ReadApiKeys,
    command::NoteKeyUse, command::SaveAccountSettings, command::SaveVolume, command::DeleteVolume,
    command::VolumeFolderRemoved, command::SaveRegistry, command::DeleteRegistry, command::ReadRegistries,
    command::SaveSecret, command::DeleteSecret, command::ReadSecrets>;
using Records =
    Numbered<record::TemplateSaved, record::TemplateRemoved, record::EndpointSaved, record::EndpointRemoved,
             record::ApiKeySaved, record::CountersSaved, record::WorkerSaved, record::WorkerRemoved,
             record::JobSaved, record::JobFinished, record::RetentionShortened, record::PayloadKept,
             record::PayloadDropped, record::JobRevived, record::StreamSaved, record::ChunkSaved,
             record::ChunksDropped, record::WebhookSaved, record::BatchSaved, record::BatchRequestSaved,
             record::BatchRequestRemoved, record::IdempotencySaved, record::KeySaved, record::KeyRemoved,
             record::AccountSaved, record::VolumeSaved, record::VolumeRemoved, record::RegistrySaved,
             record::RegistryRemoved, record::SecretSaved, record::SecretRemoved>;
using Effects = Numbered<effect::Reply, effect::StartWorker, effect::StopWorker, effect::ForgetWorker,
                         effect::Drained, effect::SendWebhook, effect::ReadOutput, effect::PublishKey,
                         effect::WithdrawKey, effect::MakeVolumeFolder, effect::RemoveVolumeFolder,
                         effect::PublishSecret, effect::WithdrawSecret>;
using Answers =
    Numbered<answer::Refused, answer::Acknowledged, answer::Deleted, answer::TemplateSaved,
             answer::EndpointSaved, answer::Catalog, answer::WorkerRegistered, answer::JobAccepted,
             answer::JobLive, answer::JobEnded, answer::JobNotLive, answer::QueuePurged, answer::Health,
             answer::JobsTaken, answer::NoJob, answer::JobFinished, answer::StopJobs, answer::Abandoned,
             answer::Claimed, answer::StreamChunks, answer::Metrics, answer::JobsAccepted, answer::Workers,
             answer::ApiKeys, answer::VolumeSaved, answer::Registries, answer::Secrets>;

template <class Sum, class... T>
void expect_numbers(Numbered<T...>) {
  static_assert((std::is_constructible_v<Sum, T> && ...));
  std::vector<int> numbers(sizeof...(T));
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ((std::vector<int>{T::wire...}), numbers);
  EXPECT_EQ(std::variant_size_v<detail::VariantOf<Sum>>, sizeof...(T)) << "a new type comes last";
}

TEST(WireNumbers, of_commands_never_change) {
  expect_numbers<Command>(Commands());
}

TEST(WireNumbers, of_records_never_change) {
  expect_numbers<Record>(Records());
}

TEST(WireNumbers, of_effects_and_answers_never_change) {
  expect_numbers<Effect>(Effects());
  expect_numbers<Answer>(Answers());
}

}  // namespace
}  // namespace pilotlight
