#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "domain/record.hpp"
#include "engine/engine.hpp"
#include "engine/reply.hpp"

namespace pilotlight::engine {

/// Time that moves only by hand.
class HandClock final : public Clock {
 public:
  Timestamp now() override { return timestamp_from_ms(now_ms.load()); }
  std::atomic<std::int64_t> now_ms{1'750'000'000'000};
};

/// A store that remembers what was committed and does what the test wants: holds commits up, is full for a
/// while, or breaks.
class ScriptedStore final : public Store {
 public:
  Result<Loaded> load(const std::function<void(Record)>& each) override {
    for (const Record& record : records) each(record);
    return Loaded{newest, row_highest};
  }

  Result<void> commit(Timestamp now, std::span<const Record> all,
                      std::span<const StoredPayload> bodies) override {
    std::unique_lock lock(mutex);
    ++entered;
    changed.notify_all();
    changed.wait(lock, [this] { return !held; });
    if (full_times > 0) return --full_times, ++refused, refusal(Errc::no_space, "full");
    if (broken) return refusal(Errc::io, "broken");
    records.insert(records.end(), all.begin(), all.end());
    for (const StoredPayload& body : bodies) rows[body.ref.number] = body.body;
    newest = now;
    ++commits;
    return {};
  }

  void maintain(Timestamp) override {}
  Result<void> write_file(const PayloadRef&, const Body&) override { return {}; }
  void discard_file(const PayloadRef&) override {}
  Result<Body> read(const PayloadRef& ref) override {
    const std::lock_guard lock(mutex);
    ++reads;
    const auto found = rows.find(ref.number);
    if (found == rows.end()) return refusal(Errc::not_found, "gone");
    return found->second;
  }
  Result<std::optional<FinalJob>> final_job(JobId, Timestamp) override { return std::optional<FinalJob>(); }
  Result<std::optional<RowNumber>> scan_jobs(const JobScan&, Timestamp,
                                             const std::function<bool(const StoredJob&)>&) override {
    return std::optional<RowNumber>();
  }
  Result<std::optional<Batch>> batch(RowNumber, Timestamp) override { return std::optional<Batch>(); }
  Result<std::vector<Batch>> batches(const EndpointId&, Timestamp) override { return std::vector<Batch>(); }
  Result<std::vector<BatchEntry>> batch_requests(RowNumber, std::size_t, std::size_t, Timestamp) override {
    return std::vector<BatchEntry>();
  }
  Result<std::optional<BatchEntry>> batch_request(RowNumber, JobId, Timestamp) override {
    return std::optional<BatchEntry>();
  }
  Result<std::optional<Idempotency>> idempotency(const EndpointId&, std::string_view, Timestamp) override {
    return std::optional<Idempotency>();
  }
  Result<std::optional<StreamState>> stream(JobId) override { return std::optional<StreamState>(); }
  Result<std::optional<WebhookLog>> webhook(JobId) override { return std::optional<WebhookLog>(); }
  Result<std::vector<Body>> chunks(JobId, std::uint32_t, std::uint32_t, std::uint32_t) override {
    return std::vector<Body>();
  }
  Result<void> accepts_jobs() override { return {}; }
  Result<void> can_commit() override { return {}; }
  Integrity integrity() override { return {}; }

  void hold(bool on) {
    {
      const std::lock_guard lock(mutex);
      held = on;
    }
    changed.notify_all();
  }
  void wait_for_commit_number(int number) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return entered >= number; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Record> records;
  std::map<RowNumber, Body> rows;
  Timestamp newest{};
  RowNumber row_highest = 0;
  bool held = false, broken = false;
  int full_times = 0, refused = 0, entered = 0, commits = 0, reads = 0;
};

/// Collects replies; `wait` blocks until the answer to a ticket is there.
class Answers final : public ReplySink {
 public:
  void deliver(std::vector<Reply> replies) override {
    {
      const std::lock_guard lock(mutex_);
      for (Reply& reply : replies) {
        const Ticket ticket = reply.ticket;
        order.push_back(ticket);
        replies_.emplace(ticket, std::move(reply));
      }
    }
    changed_.notify_all();
  }
  Reply wait(Ticket ticket) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return replies_.contains(ticket); });
    return replies_.at(ticket);
  }
  bool has(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    return replies_.contains(ticket);
  }

  std::vector<Ticket> order;  ///< read it only when the engine has stopped

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Ticket, Reply> replies_;
};

class NoEffects final : public EffectSink {
 public:
  std::function<void()> expect_worker(const effect::StartWorker&) override {
    return [this] { ++prepared; };
  }
  void start_worker(const effect::StartWorker&) override { ++starts; }
  void stop_worker(const effect::StopWorker&) override {}
  void read_output(const effect::ReadOutput&) override {}
  void forget_worker(const effect::ForgetWorker&) override {}
  void send_webhook(const effect::SendWebhook&) override {}
  void publish_key(const effect::PublishKey&) override {}
  void withdraw_key(const effect::WithdrawKey&) override {}
  void publish_secret(const effect::PublishSecret&) override {}
  void withdraw_secret(const effect::WithdrawSecret&) override {}
  void make_volume_folder(const effect::MakeVolumeFolder&) override {}
  void remove_volume_folder(const effect::RemoveVolumeFolder&) override {}
  void drained() override { drained_ = true; }
  std::atomic<int> starts{0}, prepared{0};
  std::atomic<bool> drained_{false};
};

}  // namespace pilotlight::engine
