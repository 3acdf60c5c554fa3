#include "engine/committer.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace pilotlight::engine {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t crowd = 32;  ///< commands with records beyond which commits are spaced out
constexpr std::chrono::microseconds space_max{1000};
constexpr std::chrono::milliseconds full_disk_retry{100};
constexpr std::chrono::milliseconds upkeep_every{1000};

/// The bodies that the records of these batches want stored.
std::vector<StoredPayload> kept_payloads(const std::vector<Record>& records, const PayloadTable& table) {
  std::vector<StoredPayload> kept;
  const auto keep = [&](const PayloadRef& ref) {
    if (ref.place == PayloadPlace::row) kept.push_back({ref, table.find(ref)});
  };
  for (const Record& record : records) {
    if (const auto* payload = std::get_if<record::PayloadKept>(&record)) keep(payload->ref);
    if (const auto* chunk = std::get_if<record::ChunkSaved>(&record)) keep(chunk->chunk);
  }
  return kept;
}

}  // namespace

Committer::Committer(Store& store, Clock& clock, Releaser& releaser, Inbox& inbox, milliseconds stall_after,
                     std::function<void(const Error&)> on_failure,
                     std::function<void(std::uint64_t)> on_durable)
    : store_(store),
      clock_(clock),
      releaser_(releaser),
      inbox_(inbox),
      stall_after_(stall_after),
      on_failure_(std::move(on_failure)),
      on_durable_(std::move(on_durable)) {}

void Committer::start() {
  thread_ = std::thread([this] { run(); });
}

void Committer::push(AppliedBatch batch) {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] {
      return (waiting_.size() < waiting_max && records_waiting_ < records_waiting_max) || closed_;
    });
    records_waiting_ += batch.outcome.records.size();
    if (!unreleased_since_) unreleased_since_ = batch.applied;
    waiting_.push_back(std::move(batch));
  }
  wake_.notify_one();
}

std::optional<Timestamp> Committer::wait_until_flowing() {
  std::unique_lock lock(mutex_);
  flow_.wait(lock, [this] {
    return closed_ || !unreleased_since_ || SteadyClock::now() - *unreleased_since_ <= stall_after_;
  });
  return std::exchange(late_since_, std::nullopt);
}

void Committer::released(const AppliedBatch& oldest) {
  {
    const std::lock_guard lock(mutex_);
    if (SteadyClock::now() - oldest.applied > stall_after_ && !late_since_) late_since_ = oldest.now;
    unreleased_since_.reset();
    if (!waiting_.empty()) unreleased_since_ = waiting_.front().applied;
  }
  flow_.notify_one();
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  room_.notify_one();
  flow_.notify_one();
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Committer::fetch(std::vector<AppliedBatch>& batches) {
  std::unique_lock lock(mutex_);
  if (waiting_.empty() && !closed_) {
    lock.unlock();
    inbox_.set_eager(true);
    lock.lock();
    while (!wake_.wait_for(lock, upkeep_every, [this] { return !waiting_.empty() || closed_; })) {
      lock.unlock();
      store_.maintain(clock_.now());
      lock.lock();
    }
  }
  if (waiting_.empty()) return false;
  batches.swap(waiting_);
  records_waiting_ = 0;
  lock.unlock();
  room_.notify_one();
  return true;
}

void Committer::fetch_more(std::vector<AppliedBatch>& batches) {
  {
    const std::lock_guard lock(mutex_);
    std::move(waiting_.begin(), waiting_.end(), std::back_inserter(batches));
    waiting_.clear();
    records_waiting_ = 0;
  }
  room_.notify_one();
}

void Committer::run() {
  std::vector<AppliedBatch> batches;
  while (fetch(batches)) {
    inbox_.set_eager(false);
    std::size_t commands = 0;
    for (const AppliedBatch& batch : batches)
      if (!batch.outcome.records.empty()) commands += batch.commands;
    pace(commands);
    fetch_more(batches);
    if (!commit(batches)) return;
    batches.clear();
  }
}

void Committer::pace(std::size_t commands) {
  if (commands <= crowd) return;
  const std::chrono::microseconds alone{alone_us_.load(std::memory_order_relaxed)};
  const auto due = last_start_ + std::min(2 * alone, space_max);
  if (SteadyClock::now() >= due) return;
  std::this_thread::sleep_until(due);
}

bool Committer::commit(std::vector<AppliedBatch>& batches) {
  PayloadTable table;
  std::vector<Record> records;
  for (AppliedBatch& batch : batches) {
    for (StoredPayload& payload : batch.payloads) table.add(std::move(payload));
    if (records.empty())
      records = std::move(batch.outcome.records);
    else
      std::move(batch.outcome.records.begin(), batch.outcome.records.end(), std::back_inserter(records));
  }
  table.seal();
  if (!records.empty()) {
    const std::vector<StoredPayload> payloads = kept_payloads(records, table);
    last_start_ = SteadyClock::now();
    for (;;) {
      const Result<void> committed = store_.commit(batches.back().now, records, payloads);
      if (committed) break;
      if (committed.error().code != Errc::no_space) {
        on_failure_(committed.error());
        return false;
      }
      log::warn("store_full waiting=true reason=\"{}\"", committed.error().message);
      std::this_thread::sleep_for(full_disk_retry);
    }
    if (batches.size() == 1 && batches.front().commands <= 1) learn(SteadyClock::now() - last_start_);
    commits_.fetch_add(1, std::memory_order_relaxed);
    records_.fetch_add(records.size(), std::memory_order_relaxed);
  }
  on_durable_(batches.back().number);
  released(batches.front());
  for (AppliedBatch& batch : batches) releaser_.release(std::move(batch.outcome.effects), table);
  releaser_.flush();
  return true;
}

void Committer::learn(SteadyClock::duration took) {
  // A running median: step towards the sample by a tenth of the present value.
  const auto us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  const std::uint64_t present = alone_us_.load(std::memory_order_relaxed);
  const std::uint64_t step = std::max<std::uint64_t>(1, present / 10);
  if (us > present)
    alone_us_.store(present + step, std::memory_order_relaxed);
  else if (us < present && present > step)
    alone_us_.store(present - step, std::memory_order_relaxed);
}

}  // namespace pilotlight::engine
