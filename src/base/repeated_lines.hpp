#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace pilotlight::log {

/// Decides which log lines are written, so that a flood of equal ones does not fill a disk: of one format the
/// first ten of each second, then one line with the number of those left out. Not thread-safe. `now` never
/// goes back.
class RepeatedLines {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Whether a line of this format is written now; otherwise it is counted. The format outlives this object.
  bool admit(std::string_view format, Time now) {
    Second& second = seconds_[format];
    if (second.written == 0 || now - second.begin >= length) second = {now, 0, second.left_out};
    if (second.written < written_max) {
      ++second.written;
      return true;
    }
    if (second.left_out++ == 0) counted_.push_back(format);
    return false;
  }

  /// Formats whose second is over, each with the number of lines left out since the last call that named it.
  std::vector<std::pair<std::string_view, std::uint64_t>> take_counts(Time now) {
    std::vector<std::pair<std::string_view, std::uint64_t>> counts;
    std::erase_if(counted_, [&](std::string_view format) {
      Second& second = seconds_[format];
      if (now - second.begin < length) return false;
      counts.emplace_back(format, std::exchange(second.left_out, 0));
      return true;
    });
    return counts;
  }

 private:
  static constexpr std::chrono::seconds length{1};
  static constexpr unsigned written_max = 10;

  struct Second {
    Time begin{};
    unsigned written = 0;
    std::uint64_t left_out = 0;
  };

  std::unordered_map<std::string_view, Second> seconds_;
  std::vector<std::string_view> counted_;  ///< formats with lines left out
};

}  // namespace pilotlight::log
