#include "engine/trace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "base/hash.hpp"
#include "base/log.hpp"

namespace pilotlight::engine {
namespace {

constexpr ByteCount part_max = 16ULL << 20;
constexpr std::size_t buffer_wake = 256U << 10;
constexpr std::size_t buffer_max = 32U << 20;
constexpr std::chrono::milliseconds write_every{100};

std::vector<std::filesystem::path> trace_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".trace") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// A catalog repeats what records have said, and may have thousands of endpoints: its sizes stand for it.
void put_effect(Encoder& encoder, const Effect& effect) {
  const auto* reply = std::get_if<effect::Reply>(&effect);
  const auto* catalog = reply == nullptr ? nullptr : std::get_if<answer::Catalog>(&reply->answer);
  if (catalog == nullptr) return encoder.put(effect);
  encoder.put(reply->ticket);
  encoder.put(static_cast<std::uint64_t>(catalog->content->templates.size()));
  encoder.put(static_cast<std::uint64_t>(catalog->content->endpoints.size()));
}

}  // namespace

std::uint32_t trace_checksum(std::string_view bytes) {
  return crc32c(bytes);
}

std::uint64_t outcome_hash(const core::Outcome& outcome, std::size_t records_before,
                           std::size_t effects_before) {
  thread_local std::string bytes;
  bytes.clear();
  Encoder encoder(bytes);
  for (std::size_t i = records_before; i < outcome.records.size(); ++i) encoder.put(outcome.records[i]);
  for (std::size_t i = effects_before; i < outcome.effects.size(); ++i)
    put_effect(encoder, outcome.effects[i]);
  return stable_hash(bytes);
}

TraceWriter::TraceWriter(const TraceOptions& options)
    : options_(options), enabled_(!options.folder.empty()) {}

TraceWriter::~TraceWriter() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (fd_ >= 0) ::close(fd_);
}

Result<void> TraceWriter::start(const TraceHeader& header) {
  if (!enabled_) return {};
  std::error_code error;
  std::filesystem::create_directories(options_.folder, error);
  if (error)
    return refusal(Errc::io, "cannot create the trace folder " + options_.folder + ": " + error.message());
  std::filesystem::permissions(options_.folder, std::filesystem::perms::owner_all, error);
  // Two starts within a millisecond must not share a segment.
  for (std::int64_t ms = to_ms(header.started);; ++ms) {
    char name[40];
    std::snprintf(name, sizeof name, "segment-%013lld", static_cast<long long>(ms));
    segment_ = options_.folder + "/" + name;
    if (!std::filesystem::exists(segment_ + "-00000.trace")) break;
  }
  put(TraceEntry::header, header);
  publish();
  thread_ = std::thread([this] { run(); });
  return {};
}

void TraceWriter::append(const std::string& entries) {
  if (entries.empty()) return;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (buffer_.size() + entries.size() > buffer_max) overflowed_ = true;
    if (overflowed_) return;
    buffer_ += entries;
    wake = buffer_.size() >= buffer_wake;
  }
  if (wake) wake_.notify_one();
}

void TraceWriter::run() {
  for (;;) {
    std::string bytes;
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, write_every, [this] { return closed_ || buffer_.size() >= buffer_wake; });
      bytes.swap(buffer_);
      if (overflowed_) {
        overflowed_ = false;
        gaps_.fetch_add(1, std::memory_order_relaxed);
        frame(bytes, TraceEntry::gap);
      }
      last = closed_;
    }
    if (!bytes.empty()) write(bytes);
    if (last) return;
  }
}

void TraceWriter::write(const std::string& bytes) {
  if (fd_ < 0 || part_bytes_ >= part_max) open_part();
  std::size_t done = 0;
  while (fd_ >= 0 && done < bytes.size()) {
    const ssize_t n = ::write(fd_, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      // A trace that cannot be written must not harm the server: this part ends here, the next begins with a
      // gap.
      gaps_.fetch_add(1, std::memory_order_relaxed);
      ::close(fd_);
      fd_ = -1;
      return;
    }
    done += static_cast<std::size_t>(n);
  }
  part_bytes_ += bytes.size();
}

void TraceWriter::open_part() {
  const bool after_failure = fd_ < 0 && part_ > 0;
  if (fd_ >= 0) ::close(fd_);
  char suffix[16];
  std::snprintf(suffix, sizeof suffix, "-%05u.trace", part_++);
  fd_ = ::open((segment_ + suffix).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  part_bytes_ = 0;
  if (fd_ >= 0 && after_failure) {
    std::string gap;
    frame(gap, TraceEntry::gap);
    write(gap);
  }
  drop_oldest();
}

void TraceWriter::drop_oldest() {
  std::vector<std::filesystem::path> files = trace_files(options_.folder);
  std::error_code ignored;
  ByteCount total = 0;
  for (const auto& file : files) total += std::filesystem::file_size(file, ignored);
  for (std::size_t i = 0; i + 1 < files.size() && total + part_max > options_.bytes_max; ++i) {
    total -= std::filesystem::file_size(files[i], ignored);
    std::filesystem::remove(files[i], ignored);
  }
}

}  // namespace pilotlight::engine
