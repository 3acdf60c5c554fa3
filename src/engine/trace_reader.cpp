#include "engine/trace_reader.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

namespace pilotlight::engine {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

/// A control plane under replay: the outcome of the last call waits for its hash.
class Replay {
 public:
  bool step(TraceEntry kind, std::string_view body) {
    switch (kind) {
      case TraceEntry::header: return header(body);
      case TraceEntry::restored: return restored(body);
      case TraceEntry::boot:
        return timed(body, [&](Timestamp now, Decoder&) { plane_->restored(now, outcome_); });
      case TraceEntry::apply:
        return timed(body, [&](Timestamp now, Decoder& in) {
          Command command;
          in.get(command);
          if (in.finished()) plane_->apply(now, command, outcome_);
        });
      case TraceEntry::advance:
        return timed(body, [&](Timestamp now, Decoder&) { plane_->advance(now, outcome_); });
      case TraceEntry::outcome: return compare(body);
      case TraceEntry::batch:
      case TraceEntry::durable: return true;
      case TraceEntry::gap: result_.gap = true; return false;
    }
    return fail("an entry of a kind that this version does not know");
  }

  Result<ReplayResult> take() {
    if (!error_.empty()) return refusal(Errc::corrupt, error_);
    return result_;
  }

 private:
  bool fail(std::string why) {
    error_ = std::move(why);
    return false;
  }

  bool header(std::string_view body) {
    const auto header = decode<TraceHeader>(body);
    if (!header || header->format != TraceHeader{}.format)
      return fail("the segment was written by another version");
    plane_ = std::make_unique<core::ControlPlane>(header->limits, header->seed);
    return true;
  }

  bool restored(std::string_view body) {
    const auto record = decode<Record>(body);
    if (!record || !plane_) return fail("a restored record cannot be read");
    plane_->restore(*record);
    return true;
  }

  template <class Call>
  bool timed(std::string_view body, Call&& call) {
    if (!plane_) return fail("a call before the header");
    Decoder in(body);
    Timestamp now{};
    in.get(now);
    outcome_ = {};
    call(now, in);
    ++result_.calls;
    return in.finished() ? true : fail("a call cannot be read");
  }

  bool compare(std::string_view body) {
    const auto expected = decode<std::uint64_t>(body);
    if (!expected) return fail("an outcome cannot be read");
    ++result_.compared;
    if (outcome_hash(outcome_, 0, 0) != *expected && result_.different++ == 0)
      result_.first_difference = "call " + std::to_string(result_.calls);
    return true;
  }

  std::unique_ptr<core::ControlPlane> plane_;
  core::Outcome outcome_;
  ReplayResult result_;
  std::string error_;
};

}  // namespace

Result<std::vector<TraceSegment>> list_segments(const std::string& folder) {
  std::error_code error;
  std::map<std::string, TraceSegment> segments;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string stem = entry.path().stem().string();
    const std::size_t dash = stem.rfind('-');
    if (entry.path().extension() != ".trace" || dash == std::string::npos) continue;
    TraceSegment& segment = segments[stem.substr(0, dash)];
    segment.name = stem.substr(0, dash);
    segment.parts.push_back(entry.path().string());
    if (stem.substr(dash + 1) == "00000") segment.complete_head = true;
  }
  if (error) return refusal(Errc::io, "cannot list " + folder + ": " + error.message());
  std::vector<TraceSegment> list;
  for (auto& [name, segment] : segments) {
    std::sort(segment.parts.begin(), segment.parts.end());
    list.push_back(std::move(segment));
  }
  return list;
}

Result<void> read_segment(const TraceSegment& segment,
                          const std::function<bool(TraceEntry, std::string_view body)>& each) {
  for (const std::string& part : segment.parts) {
    const std::string bytes = read_file(part);
    std::string_view rest = bytes;
    while (rest.size() >= trace_frame_bytes) {
      std::uint32_t size = 0, sums[2] = {};
      std::memcpy(&size, rest.data(), sizeof size);
      std::memcpy(sums, rest.data() + trace_head_bytes, sizeof sums);
      const auto kind = static_cast<TraceEntry>(rest[sizeof size]);
      const bool head_holds = sums[0] == trace_checksum(rest.substr(0, trace_head_bytes));
      rest.remove_prefix(trace_frame_bytes);
      if (head_holds && rest.size() < size) break;
      const std::string_view body = rest.substr(0, size);
      if (!head_holds || sums[1] != trace_checksum(body))
        return refusal(Errc::corrupt, part + ": the checksum of an entry is wrong");
      if (kind < TraceEntry::header || kind > TraceEntry::gap)
        return refusal(Errc::corrupt, part + ": an entry of a later version");
      if (!each(kind, body)) return {};
      rest.remove_prefix(size);
    }
  }
  return {};
}

Result<ReplayResult> replay_segment(const TraceSegment& segment) {
  if (!segment.complete_head)
    return refusal(
        Errc::conflict,
        segment.name + ": the head of this segment is no longer there; it can be read, not replayed");
  Replay replay;
  const Result<void> read =
      read_segment(segment, [&](TraceEntry kind, std::string_view body) { return replay.step(kind, body); });
  if (!read) return read.error();
  return replay.take();
}

}  // namespace pilotlight::engine
