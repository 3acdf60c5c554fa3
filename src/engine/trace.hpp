#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.hpp"
#include "core/control_plane.hpp"
#include "domain/codec.hpp"
#include "engine/engine.hpp"

namespace pilotlight::engine {

/// What an entry of a command trace is. The numbers are the format; they only ever grow.
enum class TraceEntry : std::uint8_t {
  header = 1,    ///< TraceHeader; the first of every segment
  restored = 2,  ///< Record; in the order of loading
  boot = 3,      ///< Timestamp; the call of ControlPlane::restored
  apply = 4,     ///< Timestamp, Command
  advance = 5,   ///< Timestamp
  outcome = 6,   ///< u64; stable hash of what the call before it brought about
  batch = 7,     ///< u64; the calls before it, since the last such mark, are this batch
  durable = 8,   ///< u64; everything up to this batch is on disk
  gap = 9,       ///< entries are missing from here on; the rest is for inspection only
};

struct TraceHeader {
  std::uint32_t format = 11;
  std::string build;
  std::uint64_t seed = 0;
  Limits limits;
  Timestamp started{};
};

/// Before each entry: the size of its body (u32), its kind (u8), the checksum of these two (u32) and that of
/// the body (u32). So a damaged size is no torn end.
inline constexpr std::size_t trace_frame_bytes = 13;
inline constexpr std::size_t trace_head_bytes = 5;
std::uint32_t trace_checksum(std::string_view bytes);

/// The hash that an outcome entry holds.
std::uint64_t outcome_hash(const core::Outcome& outcome, std::size_t records_before,
                           std::size_t effects_before);

/// Writes every call of the control plane into a bounded ring of files, by a thread of its own and unsynced:
/// the history of an incident, which replays bit for bit. Nobody waits for it; what it cannot keep up with
/// becomes a gap. Holds commands as they are, hence no bodies and no secrets. Files: segment-<start
/// ms>-<part>.trace.
class TraceWriter {
 public:
  /// An empty folder name writes nothing.
  explicit TraceWriter(const TraceOptions& options);
  ~TraceWriter();

  /// Opens a segment. Before the first entry.
  Result<void> start(const TraceHeader& header);

  /// One entry, staged until `publish`; on the thread that calls the control plane.
  template <class... Values>
  void put(TraceEntry kind, const Values&... values) {
    if (enabled_) frame(staged_, kind, values...);
  }
  /// Hands the staged entries to the writing thread: once a batch, so that a command costs no lock. Same
  /// thread.
  void publish() {
    append(staged_);
    staged_.clear();
  }
  /// The same once it is worth a lock.
  void publish_large() {
    if (staged_.size() >= publish_from) publish();
  }
  /// Everything up to this batch, which was published before, is on disk. Any thread.
  void put_durable(std::uint64_t batch) {
    if (!enabled_) return;
    std::string entry;
    frame(entry, TraceEntry::durable, batch);
    append(entry);
  }
  bool enabled() const { return enabled_; }
  std::uint64_t gaps() const { return gaps_.load(std::memory_order_relaxed); }

 private:
  /// The frame, then the values.
  template <class... Values>
  static void frame(std::string& out, TraceEntry kind, const Values&... values) {
    const std::size_t start = out.size();
    Encoder encoder(out);
    encoder.put(std::uint32_t{0});
    encoder.put(kind);
    encoder.put(std::uint64_t{0});
    (encoder.put(values), ...);
    char* const head = out.data() + start;
    const auto size = static_cast<std::uint32_t>(out.size() - start - trace_frame_bytes);
    std::memcpy(head, &size, sizeof size);
    const std::uint32_t sums[] = {trace_checksum({head, trace_head_bytes}),
                                  trace_checksum({head + trace_frame_bytes, size})};
    std::memcpy(head + trace_head_bytes, sums, sizeof sums);
  }
  void append(const std::string& entries);
  void run();
  void write(const std::string& bytes);
  void open_part();
  void drop_oldest();

  static constexpr std::size_t publish_from = 64U << 10;

  const TraceOptions options_;
  bool enabled_ = false;
  std::string segment_;
  unsigned part_ = 0;
  int fd_ = -1;
  ByteCount part_bytes_ = 0;

  std::string staged_;  ///< belongs to the calling thread

  std::mutex mutex_;
  std::condition_variable wake_;
  std::string buffer_;
  bool overflowed_ = false;
  bool closed_ = false;
  std::atomic<std::uint64_t> gaps_{0};
  std::thread thread_;
};

}  // namespace pilotlight::engine
