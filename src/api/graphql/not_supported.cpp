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
constexpr const char* no_logins =
    "container registry credentials are not supported yet, and none was saved; log this machine in to the "
    "registry";
constexpr const char* no_login =
    "container registry credential not found: container registry credentials are not supported yet";
constexpr const char* no_secrets =
    "secrets are not supported yet, and none was saved; set the variable in env of the template or the "
    "endpoint";
constexpr const char* no_secret = "secret not found: secrets are not supported yet";

constexpr std::array refusals{
    Refused{"createNetworkVolume", Errc::invalid, no_volumes},
    Refused{"updateNetworkVolume", Errc::not_found, no_volume},
    Refused{"deleteNetworkVolume", Errc::not_found, no_volume},
    Refused{"saveRegistryAuth", Errc::invalid, no_logins},
    Refused{"updateRegistryAuth", Errc::not_found, no_login},
    Refused{"deleteRegistryAuth", Errc::not_found, no_login},
    Refused{"secretCreate", Errc::invalid, no_secrets},
    Refused{"secretValueUpdate", Errc::not_found, no_secret},
    Refused{"secretDescriptionUpdate", Errc::not_found, no_secret},
    Refused{"secretDelete", Errc::not_found, no_secret},
};

}  // namespace

std::optional<Error> not_supported(std::string_view mutation) {
  const auto found = std::find_if(refusals.begin(), refusals.end(),
                                  [mutation](const Refused& one) { return one.mutation == mutation; });
  return found == refusals.end() ? std::nullopt : std::optional(refusal(found->code, found->message));
}

}  // namespace pilotlight::api
