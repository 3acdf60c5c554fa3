#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "domain/limits.hpp"
#include "domain/sums_fwd.hpp"
#include "ports/clock.hpp"
#include "ports/store.hpp"

namespace pilotlight::effect {
struct StartWorker;
struct StopWorker;
struct ForgetWorker;
struct ReadOutput;
struct SendWebhook;
struct PublishKey;
struct WithdrawKey;
struct PublishSecret;
struct WithdrawSecret;
struct MakeVolumeFolder;
struct RemoveVolumeFolder;
}  // namespace pilotlight::effect

namespace pilotlight::engine {

/// Each batch serves all three. Only submit commands are ever refused, and that by the core, never by the
/// inbox.
enum class Lane : std::uint8_t { worker, control, submit };

struct Submission;
struct Reply;

/// Takes the replies to tickets whose top byte is this sink's place in EngineOptions::sinks.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  /// All replies that one commit released for this sink, in order. Called on the store thread or a files
  /// thread; must only hand them over.
  virtual void deliver(std::vector<Reply> replies) = 0;
};

/// Carries out the effects that are not replies. Called on the store thread, in order; must not block for
/// long.
class EffectSink {
 public:
  virtual ~EffectSink() = default;
  /// This worker will be started once its records are durable, if the process lives so long. Called on the
  /// engine thread, before; what it returns, if anything, is run meanwhile on a files thread: it may make
  /// ready what takes time, but nothing of the worker may be seen.
  virtual std::function<void()> expect_worker(const effect::StartWorker&) { return {}; }
  virtual void start_worker(const effect::StartWorker& effect) = 0;
  virtual void stop_worker(const effect::StopWorker& effect) = 0;
  virtual void forget_worker(const effect::ForgetWorker& effect) = 0;
  virtual void read_output(const effect::ReadOutput& effect) = 0;
  virtual void send_webhook(const effect::SendWebhook& effect) = 0;
  virtual void publish_key(const effect::PublishKey& effect) = 0;
  virtual void withdraw_key(const effect::WithdrawKey& effect) = 0;
  virtual void publish_secret(const effect::PublishSecret& effect) = 0;
  virtual void withdraw_secret(const effect::WithdrawSecret& effect) = 0;
  virtual void make_volume_folder(const effect::MakeVolumeFolder& effect) = 0;
  virtual void remove_volume_folder(const effect::RemoveVolumeFolder& effect) = 0;
  virtual void drained() = 0;
};

/// The number of a ticket's sink, and the ticket with it.
constexpr unsigned sink_of(Ticket ticket) {
  return static_cast<unsigned>(ticket >> 56);
}
constexpr Ticket ticket_for(unsigned sink, std::uint64_t number) {
  return static_cast<Ticket>(sink) << 56 | (number & ((1ULL << 56) - 1));
}

struct TraceOptions {
  std::string folder;                  ///< empty: no trace is written
  ByteCount bytes_max = 256ULL << 20;  ///< bytes in all trace files together
  std::string build;                   ///< the program's version, for the header
};

struct EngineOptions {
  Limits limits;
  std::uint64_t seed = 0;  ///< the core's seed; must differ between starts on the same data
  std::vector<ReplySink*> sinks;
  TraceOptions trace;
  /// Called once, on the store thread, when a commit failed for good: memory is now ahead of disk. Must not
  /// return to normal service; the default prints the error and ends the process with status 70.
  std::function<void(const Error&)> on_store_failure;
};

/// The one thread that owns the control plane, and the commit pipeline behind it: commands in batches, one
/// time a batch, applied while the batches before it are being synced; effects released in order after their
/// commit. Store and clock outlive the engine.
class Engine {
 public:
  Engine(EngineOptions options, Store& store, Clock& clock, EffectSink& effects);
  ~Engine();  ///< stops
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Loads the store, rebuilds the control plane and starts the threads. Once. `each_record`, if given, also
  /// sees every loaded record (for keys and the like that doors keep).
  Result<Loaded> start(const std::function<void(const Record&)>& each_record = {});

  /// Hands commands in, in order, and leaves the list empty; any thread, never blocks for long. A list costs
  /// little more than one command: what is dear is to wake the thread.
  void submit(std::vector<Submission>& list);
  void submit(Lane lane, Command command);

  /// A fresh row number; any thread. Only after `start`.
  RowNumber draw_row();

  /// Runs `work` on a files thread, where waiting for the disk is allowed. Any thread.
  void on_files_thread(std::function<void()> work);
  /// Runs `work` on a background thread, which gets little of a processor that other threads want: for long
  /// work for one client that others shall not feel. Any thread.
  void in_background(std::function<void()> work);

  /// Applies and commits what was handed in before, releases its effects, then ends the threads. Later
  /// commands are dropped without an answer. Idempotent.
  void stop();

  /// Facts for metrics; any thread.
  struct Figures {
    std::uint64_t commands = 0, commits = 0, records = 0, trace_gaps = 0;
    std::uint64_t commit_alone_us = 0;  ///< running median of a commit that nobody waited behind
  };
  Figures figures() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pilotlight::engine
