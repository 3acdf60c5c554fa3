#include "sim/replay.hpp"

#include <cstdio>
#include <filesystem>

#include "engine/trace_reader.hpp"
#include "sim/number.hpp"

namespace pilotlight::sim {
namespace {

enum class Verdict { same, skipped, different };

Verdict replay(const engine::TraceSegment& segment) {
  const char* name = segment.name.c_str();
  if (!segment.complete_head) {
    std::printf("%s  skipped: its head was dropped from the ring; it can be read, not replayed\n", name);
    return Verdict::skipped;
  }
  const auto result = engine::replay_segment(segment);
  if (!result) {
    std::printf("%s  BROKEN: %s\n", name, result.error().message.c_str());
    return Verdict::different;
  }
  std::printf("%s  %llu calls, %llu outcomes compared, %llu different%s%s\n", name, number(result->calls),
              number(result->compared), number(result->different),
              result->first_difference.empty() ? "" : (", first at " + result->first_difference).c_str(),
              result->gap ? ", ends at a gap" : "");
  return result->different == 0 && result->compared > 0 ? Verdict::same : Verdict::different;
}

}  // namespace

bool replay_trace(const std::string& folder) {
  const std::string inside = folder + "/trace";
  const auto segments = engine::list_segments(std::filesystem::is_directory(inside) ? inside : folder);
  if (!segments) {
    std::fprintf(stderr, "sim: %s\n", segments.error().message.c_str());
    return false;
  }
  unsigned same = 0, skipped = 0, different = 0;
  for (const engine::TraceSegment& segment : *segments) switch (replay(segment)) {
      case Verdict::same: ++same; break;
      case Verdict::skipped: ++skipped; break;
      case Verdict::different: ++different; break;
    }
  std::printf("%u segments replay to the same outcomes, %u differ, %u skipped\n", same, different, skipped);
  return same > 0 && different == 0;
}

}  // namespace pilotlight::sim
