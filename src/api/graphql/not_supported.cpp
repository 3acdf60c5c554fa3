#include "api/graphql/not_supported.hpp"

#include <algorithm>
#include <array>

namespace pilotlight::api {
namespace {

struct Refused {
  std::string_view mutation;
  Errc code;
  const char* message;
};

constexpr const char* no_volumes =
    "network volumes are not supported yet, and none was created; workers have the disk of this machine";
constexpr const char* no_volume = "network volume not found: network volumes are not supported yet";

constexpr std::array refusals{
    Refused{"createNetworkVolume", Errc::invalid, no_volumes},
    Refused{"updateNetworkVolume", Errc::not_found, no_volume},
    Refused{"deleteNetworkVolume", Errc::not_found, no_volume},
};

}  // namespace

std::optional<Error> not_supported(std::string_view mutation) {
  const auto found = std::find_if(refusals.begin(), refusals.end(),
                                  [mutation](const Refused& one) { return one.mutation == mutation; });
  return found == refusals.end() ? std::nullopt : std::optional(refusal(found->code, found->message));
}

}  // namespace pilotlight::api
