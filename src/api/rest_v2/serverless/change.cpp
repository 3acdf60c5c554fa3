#include "api/rest_v2/serverless/change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>

#include "api/rest_v2/container.hpp"
#include "api/rest_v2/serverless/hardware.hpp"
#include "api/rest_v2/serverless/shown.hpp"
#include "base/comma_list.hpp"
#include "domain/definitions/breach.hpp"
#include "domain/definitions/changes.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

constexpr std::int64_t workers_max_default = 3;
constexpr seconds idle_timeout_default{10};
constexpr milliseconds timeout_default{300'000};
constexpr std::int64_t scaler_value_max = 1'000'000;

/// The name in a body of a field of the table of endpoints, and its unit.
struct Words {
  std::string_view field, member;
  std::string_view unit{};
};
constexpr std::array words{
    Words{"name", "name"},
    Words{"workers_min", "workers.min"},
    Words{"workers_max", "workers.max"},
    Words{"gpu_count", "gpu.count"},
    Words{"gpu_ids", "gpu"},
    Words{"allowed_cuda_versions", "gpu.allowedCudaVersions"},
    Words{"min_cuda_version", "gpu.minCudaVersion"},
    Words{"idle_timeout", "workers.idleTimeout", " ms"},
    Words{"scaler_value_milli", "scaling", " thousandths"},
    Words{"execution_timeout", "timeout", " ms"},
    Words{"locations", "dataCenterIds"},
    Words{"network_volume_id", "networkVolumes"},
};

Error worded(const Breach& breach) {
  const auto known = std::find_if(words.begin(), words.end(),
                                  [&breach](const Words& one) { return one.field == breach.field; });
  const Words& of = known == words.end() ? Words{breach.field, breach.field} : *known;
  if (breach.side == Side::beside && of.field == "workers_min")
    return refusal(Errc::invalid, "workers.min must not be more than workers.max");
  if (breach.side == Side::beside)
    return refusal(Errc::invalid, fmt::format("{} does not fit the other settings", of.member));
  if (breach.bound.is_length)
    return refusal(Errc::invalid,
                   fmt::format("{} must not have more than {} bytes", of.member, breach.bound.most));
  const std::string range = breach.bound.open_above()
                                ? fmt::format("at least {}", breach.bound.least)
                                : fmt::format("between {} and {}", breach.bound.least, breach.bound.most);
  return refusal(Errc::invalid, fmt::format("{} must be {}{}{}", of.member,
                                            breach.bound.or_zero ? "0 or " : "", range, of.unit));
}

/// The first value that the patch moves beyond its bound.
std::optional<Error> beyond_bounds(const EndpointPatch& patch, const Endpoint& before) {
  Endpoint after = before;
  apply_patch(patch, after);
  const std::vector<Breach> old = breaches(before);
  for (const Breach& breach : breaches(after)) {
    const bool was_there = std::any_of(old.begin(), old.end(), [&breach](const Breach& one) {
      return one.field == breach.field && one.side == breach.side;
    });
    if (!was_there) return worded(breach);
  }
  return std::nullopt;
}

/// A number of a body, in thousandths.
std::int64_t in_thousandths(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  // Only a number that is too large, or too near to 0, is no double.
  if (error == std::errc::result_out_of_range) value = scaler_value_max + 1.0;
  return std::llround(std::min(value, scaler_value_max + 1.0) * 1'000);
}

/// Data centres as the text of locations has them: a stored location keeps its place there while all that it
/// is shown as is wanted, so that a country stays one.
std::vector<std::string> with_countries(const std::vector<std::string>& wanted, const Endpoint* before) {
  std::vector<std::string> all;
  std::set<std::string> named;
  const std::set<std::string> ids(wanted.begin(), wanted.end());
  Endpoint alone;
  for (const std::string& location : comma_entries(before == nullptr ? std::string() : before->locations)) {
    alone.locations = location;
    const std::vector<std::string> centers = shown_data_centers(alone);
    const bool stays = std::all_of(centers.begin(), centers.end(),
                                   [&ids](const std::string& center) { return ids.contains(center); });
    if (!stays) continue;
    all.push_back(location);
    named.insert(centers.begin(), centers.end());
  }
  for (const std::string& id : wanted)
    if (!named.contains(id)) all.push_back(id);
  return all;
}

/// Reads a body into a patch, but for hardware and container. Only what differs from what is shown of the
/// endpoint is set. Without an endpoint everything is.
class Reader {
 public:
  Reader(const JsonValue& body, const Endpoint* before, EndpointPatch& patch)
      : body_(body), before_(before), patch_(patch) {}

  std::optional<Error> read() {
    read_name();
    read_workers();
    if (auto problem = read_scaling()) return problem;
    read_flashboot();
    if (const auto timeout = body_.member("timeout")) {
      const std::int64_t ms = nearest_whole(timeout->text());
      if (differs(shown_timeout, ms)) patch_.execution_timeout = milliseconds{ms};
    }
    return read_places();
  }

 private:
  /// `shown`: of the endpoint as it is.
  template <class Shown, class Value>
  bool differs(Shown shown, const Value& wanted) const {
    return before_ == nullptr || shown(*before_) != wanted;
  }

  void read_name() {
    const auto name = body_.member("name");
    if (!name || !differs(std::mem_fn(&Endpoint::name), name->text())) return;
    patch_.name = name->text();
    // A name such as x-fb turns FlashBoot on, unless that is set beside it. Here it is a name alone.
    if (before_ != nullptr && patch_.name->ends_with("-fb")) patch_.flash_boot = before_->flash_boot;
  }

  void read_workers() {
    const auto workers = body_.member("workers");
    if (!workers) return;
    const auto read = [&](std::string_view name, std::optional<std::int64_t>& into,
                          std::int64_t Endpoint::*stored) {
      const auto given = workers->member(name);
      const std::int64_t wanted = given ? nearest_whole(given->text()) : 0;
      if (given && differs(std::mem_fn(stored), wanted)) into = wanted;
    };
    read("min", patch_.workers_min, &Endpoint::workers_min);
    read("max", patch_.workers_max, &Endpoint::workers_max);
    const auto idle = workers->member("idleTimeout");
    const std::int64_t wanted = idle ? nearest_whole(idle->text()) : 0;
    if (idle && differs(shown_idle_timeout, std::optional(wanted))) patch_.idle_timeout = seconds{wanted};
  }

  std::optional<Error> read_scaling() {
    const auto scaling = body_.member("scaling");
    if (!scaling) return std::nullopt;
    const bool by_delay = scaling->member("type")->text() == "QUEUE_DELAY";
    const ScalerType type = by_delay ? ScalerType::queue_delay : ScalerType::request_count;
    const bool other_type = differs(std::mem_fn(&Endpoint::scaler_type), type);
    if (other_type) patch_.scaler_type = type;
    if (by_delay) {
      const std::int64_t milli = in_thousandths(scaling->member("queueDelay")->text());
      if (milli > scaler_value_max * 1'000)
        return refusal(Errc::invalid,
                       fmt::format("scaling.queueDelay must not be more than {}", scaler_value_max));
      if (other_type || differs(shown_queue_delay_milli, milli)) patch_.scaler_value_milli = milli;
      return std::nullopt;
    }
    const std::int64_t count = nearest_whole(scaling->member("requestCount")->text());
    if (count > scaler_value_max)
      return refusal(Errc::invalid,
                     fmt::format("scaling.requestCount must not be more than {}", scaler_value_max));
    if (other_type || differs(shown_request_count, count)) patch_.scaler_value_milli = count * 1'000;
    return std::nullopt;
  }

  void read_flashboot() {
    const auto given = body_.member("flashboot");
    if (!given) return;
    for (const FlashBoot mode : {FlashBoot::off, FlashBoot::on, FlashBoot::priority})
      if (given->text() == flashboot_name(mode) && differs(std::mem_fn(&Endpoint::flash_boot), mode))
        patch_.flash_boot = mode;
  }

  /// Data centres and volumes.
  std::optional<Error> read_places() {
    const auto centers = body_.member("dataCenterIds");
    if (centers && differs(shown_data_centers, texts_of(*centers))) {
      std::vector<std::string> ids = texts_of(*centers);
      if (auto problem = unsound_elements(ids, "dataCenterIds")) return problem;
      patch_.locations = comma_joined(with_countries(ids, before_));
      patch_.data_center_ids = std::move(ids);
    }
    const auto volumes = body_.member("networkVolumes");
    if (volumes && differs(shown_volumes, texts_of(*volumes))) {
      std::vector<std::string> ids = texts_of(*volumes);
      if (auto problem = unsound_elements(ids, "networkVolumes")) return problem;
      patch_.network_volume_id = ids.empty() ? std::string() : ids.front();
      patch_.network_volume_ids = std::move(ids);
    }
    return std::nullopt;
  }

  const JsonValue& body_;
  const Endpoint* before_;
  EndpointPatch& patch_;
};

Result<Change> change_of(const JsonValue& body, const Endpoint* before, const Template* used, Change change) {
  EndpointPatch& patch = change.patch;
  if (auto problem = Reader(body, before, patch).read()) return *problem;
  if (auto problem = read_hardware(body, before, patch)) return *problem;
  if (auto problem = beyond_bounds(patch, before == nullptr ? Endpoint() : *before)) return *problem;
  // Beside a template all that the body has counts, also what is shown already.
  const auto source = body.member("templateId");
  auto container = read_container(body, source && !source->text().empty() ? nullptr : used);
  if (!container) return container.error();
  change.container.patch = std::move(*container);
  change.container.variables = read_env(body);
  return change;
}

}  // namespace

Result<Change> new_endpoint(const JsonValue& body) {
  if (body.member("type")->text() == "LOAD_BALANCER")
    return refusal(Errc::invalid,
                   "load-balancing endpoints are not supported yet; they come later. Send type QUEUE");
  Change begin;
  begin.patch.workers_max = workers_max_default;
  begin.patch.idle_timeout = idle_timeout_default;
  begin.patch.execution_timeout = timeout_default;
  begin.patch.flash_boot = FlashBoot::off;
  auto change = change_of(body, nullptr, nullptr, std::move(begin));
  // A bound template has no unique name.
  if (change) change->container.patch.name = change->patch.name;
  return change;
}

Result<Change> changed_endpoint(const JsonValue& body, const Endpoint& before, const Template& used) {
  return change_of(body, &before, &used, Change());
}

}  // namespace pilotlight::api::rest_v2::serverless
