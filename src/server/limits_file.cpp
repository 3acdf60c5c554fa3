#include "server/limits_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <variant>

#include "server/options.hpp"
#include "server/toml_file.hpp"

namespace pilotlight::server {
namespace {

using Member = std::variant<milliseconds Limits::*, std::uint32_t Limits::*, std::uint64_t Limits::*>;

struct Limit {
  std::string_view name;
  Member member;
};

constexpr Limit table[] = {
    {"execution-timeout", &Limits::execution_timeout},
    {"ttl", &Limits::ttl},
    {"retention-run", &Limits::retention_run},
    {"retention-runsync", &Limits::retention_runsync},
    {"retention-runsync-wait", &Limits::retention_runsync_wait},
    {"retention-batch", &Limits::retention_batch},
    {"live-jobs-max", &Limits::live_jobs_max},
    {"webhooks-max", &Limits::webhooks_max},
    {"webhook-retry-first", &Limits::webhook_retry_first},
    {"webhook-retry-max", &Limits::webhook_retry_max},
    {"webhook-silence-max", &Limits::webhook_silence_max},
    {"ping-interval", &Limits::ping_interval},
    {"missed-pings-max", &Limits::missed_pings_max},
    {"by-hand-unused", &Limits::by_hand_unused},
    {"no-result-grace", &Limits::no_result_grace},
    {"poll-lag-max", &Limits::poll_lag_max},
    {"poll-hold", &Limits::poll_hold},
    {"stop-grace", &Limits::stop_grace},
    {"init-timeout", &Limits::init_timeout},
    {"backoff-first", &Limits::backoff_first},
    {"backoff-max", &Limits::backoff_max},
};

constexpr std::int64_t longest_ms = 365LL * 24 * 3'600'000;

/// 0 is no value: where it means "no bound", an option says so.
Result<OptionValue> read(const Limit& limit, std::string_view text) {
  const bool time = std::holds_alternative<milliseconds Limits::*>(limit.member);
  const OptionKind kind = time ? OptionKind::duration : OptionKind::count;
  const std::int64_t most = time ? longest_ms : std::int64_t{std::numeric_limits<std::uint32_t>::max()};
  return read_value(Option{limit.name, kind, "", "", nullptr, 1, most}, text);
}

void set(Limits& limits, const Limit& limit, std::int64_t value) {
  std::visit(
      [&](auto member) {
        auto& field = limits.*member;
        field = std::remove_reference_t<decltype(field)>(value);
      },
      limit.member);
}

}  // namespace

Result<std::string> read_limits(const std::string& path, Limits& limits) {
  const auto entries = read_toml(path, "limits file");
  if (!entries) return entries.error();
  std::string changed;
  for (const TomlEntry& entry : *entries) {
    const auto* limit = std::ranges::find(table, entry.name, &Limit::name);
    if (limit == std::end(table))
      return refusal(Errc::invalid,
                     fmt::format("{}, line {}: there is no limit \"{}\"", path, entry.line, entry.name));
    const std::string text = entry.text.value_or("");
    const auto value = read(*limit, text);
    if (!value)
      return refusal(Errc::invalid, fmt::format("{}, line {}: {}", path, entry.line, value.error().message));
    set(limits, *limit, value->number);
    changed += fmt::format(" {}={}", entry.name, text);
  }
  return changed;
}

}  // namespace pilotlight::server
