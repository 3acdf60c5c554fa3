#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "domain/record.hpp"
#include "ports/store.hpp"

namespace pilotlight::store {

/// The store's twin in memory: the same meaning, nothing durable. `full` and `broken` make it as hostile as a
/// disk.
class MemoryStore final : public Store {
 public:
  Result<Loaded> load(const std::function<void(Record)>& each) override;
  Result<void> commit(Timestamp now, std::span<const Record> records,
                      std::span<const StoredPayload> payloads) override;
  void maintain(Timestamp now) override;
  Result<void> write_file(const PayloadRef& ref, const Body& body) override;
  void discard_file(const PayloadRef& ref) override;
  Result<Body> read(const PayloadRef& ref) override;
  Result<std::optional<FinalJob>> final_job(JobId id, Timestamp now) override;
  Result<std::optional<RowNumber>> scan_jobs(const JobScan& scan, Timestamp now,
                                             const std::function<bool(const StoredJob&)>& each) override;
  Result<std::optional<Batch>> batch(RowNumber number, Timestamp now) override;
  Result<std::vector<Batch>> batches(const EndpointId& endpoint, Timestamp now) override;
  Result<std::vector<BatchEntry>> batch_requests(RowNumber number, std::size_t skip, std::size_t most,
                                                 Timestamp now) override;
  Result<std::optional<BatchEntry>> batch_request(RowNumber number, JobId id, Timestamp now) override;
  Result<std::optional<Idempotency>> idempotency(const EndpointId& endpoint, std::string_view key,
                                                 Timestamp now) override;
  Result<std::optional<StreamState>> stream(JobId id) override;
  Result<std::vector<Body>> chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                   std::uint32_t to) override;
  Result<std::optional<WebhookLog>> webhook(JobId id) override;
  Result<void> accepts_jobs() override;
  Result<void> can_commit() override { return accepts_jobs(); }
  Integrity integrity() override { return {}; }

  /// The body that is stored under this number is another one from now on; null: it is lost.
  void damage(RowNumber number, const Body& body);

  std::atomic<bool> full{false};    ///< writes fail with no_space and change nothing
  std::atomic<bool> broken{false};  ///< writes fail with io

 private:
  Result<void> refused() const;
  void apply(const Record& record);
  void keep(const Idempotency& value);
  void keep(const record::WebhookSaved& saved);
  void drop(const PayloadRef& ref);
  void add_chunk(const record::ChunkSaved& chunk);
  void drop_chunks(RowNumber job);
  std::optional<StoredJob> job(const JobId& id, Timestamp now) const;
  void remove_expired_batches(Timestamp now);

  std::mutex mutex_;
  Loaded marks_;
  std::map<std::string, Record> things_;  ///< by kind and key
  std::map<RowNumber, Job> live_;
  std::map<RowNumber, FinalJob> final_;
  std::map<RowNumber, Batch> batches_;
  std::map<std::pair<RowNumber, RowNumber>, BatchRequest> requests_;        ///< by batch and job
  std::map<std::pair<std::string, std::string>, Idempotency> idempotency_;  ///< by endpoint and key
  std::map<RowNumber, StreamState> streams_;
  std::map<RowNumber, WebhookLog> webhooks_;
  std::map<RowNumber, std::vector<record::ChunkSaved>> chunks_;
  std::map<RowNumber, Body> payloads_;
  std::map<RowNumber, Body> files_;
};

}  // namespace pilotlight::store
