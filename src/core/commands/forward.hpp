#pragma once

/// The commands by name alone: headers of this room need no more, and a change of one reaches few files.
namespace pilotlight::command {

struct SaveTemplate;
struct DeleteTemplate;
struct SaveEndpoint;
struct InlineTemplate;
struct DeleteEndpoint;
struct ReadCatalog;
struct SaveVolume;
struct DeleteVolume;
struct VolumeFolderRemoved;
struct SubmitJob;
struct SubmitJobs;
struct ReadJob;
struct CancelJob;
struct PurgeQueue;
struct ReadHealth;
struct ReadMetrics;
struct ReadStream;
struct MoveStream;
struct RetryJob;
struct ShortenRetention;
struct SaveBatch;
struct Claim;
struct Release;
struct RegisterWorker;
struct RestartWorkers;
struct ReadWorkers;
struct TakeJobs;
struct Undelivered;
struct FinishJob;
struct ReportProgress;
struct PostChunk;
struct Heartbeat;
struct PollStops;
struct WorkerStarted;
struct WorkerExited;
struct WorkerOutput;
struct WorkersListed;
struct SaveApiKey;
struct MakeApiKey;
struct RevokeApiKey;
struct ReadApiKeys;
struct NoteKeyUse;
struct SaveAccountSettings;
struct SaveRegistry;
struct DeleteRegistry;
struct ReadRegistries;
struct SaveSecret;
struct DeleteSecret;
struct ReadSecrets;
struct WebhookTried;
struct Abandon;
struct AnswersDelayed;
struct Drain;
struct EndWaits;

}  // namespace pilotlight::command
