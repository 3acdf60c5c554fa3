#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "engine/trace.hpp"

namespace pilotlight::engine {

/// One segment of a trace folder: the parts of one start of the server.
struct TraceSegment {
  std::string name;
  std::vector<std::string> parts;  ///< paths, in order
  bool complete_head = false;      ///< its first part is still there, so that it can be replayed
};

/// The segments in a folder, oldest first.
Result<std::vector<TraceSegment>> list_segments(const std::string& folder);

/// Gives every entry of a segment in order until `each` returns false. A torn last entry (the writer was
/// killed) ends the segment quietly; bytes that are no entry are an error.
Result<void> read_segment(const TraceSegment& segment,
                          const std::function<bool(TraceEntry, std::string_view body)>& each);

/// What a replay of one segment found.
struct ReplayResult {
  std::uint64_t calls = 0;
  std::uint64_t compared = 0;   ///< outcomes whose hash was compared
  std::uint64_t different = 0;  ///< outcomes that came out differently
  bool gap = false;             ///< a gap ended the replay early
  std::string first_difference;
};

/// Feeds a segment to a fresh control plane and compares every outcome. Refused if its head is missing.
Result<ReplayResult> replay_segment(const TraceSegment& segment);

}  // namespace pilotlight::engine
