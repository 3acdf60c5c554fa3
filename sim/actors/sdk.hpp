#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::sim {

/// How a generation of the worker package asks for jobs.
enum class Taking : std::uint8_t {
  single,    ///< a single poll at a time
  parallel,  ///< as many polls as it has room for; an old one carries an old statement
  batch,     ///< a single poll at a time, for as many jobs as it has room for
};

/// A generation of the worker package, by the traits that differ (docs/protocol.md 9).
struct Sdk {
  std::string_view name;
  SdkVersion in_takes;  ///< as its User-Agent tells it; unknown if it tells nothing
  SdkVersion in_pings;
  Taking taking = Taking::single;
  bool says_in_progress = true;
  bool polls_stops = false;
  bool ends_gently = false;   ///< SIGTERM lets its jobs end
  bool ping_process = false;  ///< pings outlive the worker itself
  bool retries_cuts = false;  ///< a result is sent again when the connection broke
  milliseconds pause{0};      ///< after a job, before the next poll
  std::array<milliseconds, 2> retries{milliseconds{2'000}, milliseconds{3'000}};
  bool counts_late = false;   ///< right after a take it polls again, without a word of what it has just taken
  bool keeps_jobs = false;    ///< in a file of its folder, which the next worker there takes for its own
  bool stands_still = false;  ///< once an answer brings more jobs than the poll asked for: it runs none
};

inline constexpr SdkVersion untold{};

inline constexpr std::array sdks{
    Sdk{"0.10",
        untold,
        untold,
        Taking::single,
        false,
        false,
        false,
        false,
        true,
        milliseconds{0},
        {milliseconds{500}, milliseconds{1'000}}},
    Sdk{"1.0",
        untold,
        untold,
        Taking::parallel,
        true,
        false,
        false,
        false,
        true,
        milliseconds{1'000},
        {milliseconds{500}, milliseconds{1'000}}},
    Sdk{"1.5",
        untold,
        {1, 5, 2},
        Taking::parallel,
        true,
        false,
        false,
        false,
        false,
        milliseconds{0},
        {milliseconds{200}, milliseconds{400}}},
    Sdk{"1.6",
        {1, 6, 2},
        {1, 6, 2},
        Taking::parallel,
        true,
        false,
        false,
        false,
        false,
        milliseconds{0},
        {milliseconds{200}, milliseconds{400}}},
    Sdk{"1.7.0", {1, 7, 0}, {1, 7, 0}, Taking::single, true, false, false, false, false, milliseconds{1'000}},
    Sdk{"1.7.4",
        {1, 7, 4},
        {1, 7, 4},
        Taking::batch,
        true,
        false,
        true,
        false,
        false,
        milliseconds{1'000},
        {milliseconds{2'000}, milliseconds{3'000}},
        true},
    Sdk{"1.9.1",
        {1, 9, 1},
        {1, 9, 1},
        Taking::batch,
        true,
        false,
        true,
        true,
        false,
        milliseconds{1'000},
        {milliseconds{2'000}, milliseconds{3'000}},
        false,
        true},
    Sdk{"1.12.0", {1, 12, 0}, {1, 12, 0}, Taking::batch, true, true, true, true, false, milliseconds{1'000}},
};

/// The next major version: the newest in all else.
inline constexpr Sdk sdk_2 = [] {
  Sdk sdk = sdks.back();
  sdk.name = "2.0.0";
  sdk.in_takes = sdk.in_pings = SdkVersion{2, 0, 0};
  sdk.stands_still = true;
  return sdk;
}();

/// A generation of the mask, which is not empty. `next_major`: sdk_2 in the place of the newest.
inline const Sdk& draw_sdk(Random& random, std::uint32_t mask, bool next_major) {
  for (;;) {
    const std::size_t index = random.below(sdks.size());
    if ((mask >> index & 1) == 0) continue;
    return next_major && index + 1 == sdks.size() ? sdk_2 : sdks[index];
  }
}

}  // namespace pilotlight::sim
