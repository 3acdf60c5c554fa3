#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "sim/twins/batch.hpp"
#include "sim/twins/image.hpp"
#include "sim/twins/payload_books.hpp"

namespace pilotlight::sim {

struct World;

/// What a disk holds.
struct Disk {
  Image image;
  std::unordered_map<JobId, FinalJob> finals;
  std::unordered_map<JobId, Timestamp> expired;    ///< final rows that are gone: when they expired
  std::unordered_map<JobId, StreamState> streams;  ///< for all jobs that are live or kept
  std::unordered_map<JobId, std::vector<record::ChunkSaved>> chunks;
  std::set<std::pair<JobId, Timestamp>> webhooks_given_up;  ///< by job and outcome
  std::map<std::pair<EndpointId, std::string>, Idempotency> keys;
  std::unordered_map<JobId, BatchRequest> requests;  ///< requests of batches that are no jobs yet
  PayloadBooks payloads;
  Timestamp newest{};
  std::uint64_t durable = 0;  ///< number of the newest batch
};

/// Durable memory that takes time, is slow, full or broken now and then, and after a crash holds exactly the
/// committed prefix of the batches. One commit at a time.
class SimStore {
 public:
  explicit SimStore(World& world) : world_(world) {}

  enum class Outcome { committed, no_space, broken };
  /// Begins to commit; `done` is called when it is known what became of it, unless a crash comes first.
  void commit(const Batch& batch, std::function<void(Outcome)> done);
  /// The server is gone: the commit under way, if any, is on disk or it is not.
  void crash();
  /// What a start reads: every live thing once, jobs in no particular order.
  std::vector<Record> load();

  /// The final row, unless it has expired.
  std::optional<FinalJob> final_job(const JobId& id, Timestamp now) const;
  std::optional<StreamState> stream(const JobId& id) const;
  /// What the key names, unless that has expired.
  std::optional<Idempotency> idempotency(const EndpointId& endpoint, const std::string& key,
                                         Timestamp now) const;
  /// The chunks [from, to) of this run, perhaps not all of them at once.
  std::vector<RowNumber> chunks(const JobId& id, std::uint32_t run, std::uint32_t from, std::uint32_t to);
  bool accepts_jobs() const;
  void write_file(const PayloadRef& ref);
  void discard_file(const PayloadRef& ref);
  /// A start removes the files of earlier starts that nothing names.
  void sweep_files(std::uint64_t start) { disk_.payloads.sweep(start); }

  const Disk& disk() const { return disk_; }
  /// From now on nothing fails.
  void heal();

 private:
  void fold(const Batch& batch);
  void fold_record(const Record& record);
  void rename(const Record& record);
  void finish(const FinalJob& job);
  void fold_request(const Record& record);
  void fold_stream(const Record& record);
  void expire(Timestamp now);
  milliseconds duration(const Batch& batch);

  World& world_;
  Disk disk_;
  std::optional<Disk> synced_;  ///< mutant: what a crash leaves
  const Batch* under_way_ = nullptr;
  std::uint64_t life_ = 0;
  Timestamp full_until_{};
  Timestamp next_sweep_{};
};

}  // namespace pilotlight::sim
