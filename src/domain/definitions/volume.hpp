#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/accounts/account.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

inline constexpr std::size_t volumes_max = 10'000;  ///< volumes of the account, those being removed included

/// The speed of a volume's disk. It is kept and shown, and decides nothing.
enum class VolumeType : std::uint8_t { standard = 0, high_performance = 1 };

/// A folder in the data folder that outlives workers. Field meanings follow NetworkVolume of the public API.
struct NetworkVolume {
  VolumeId id;
  std::string name;                        ///< unique in the account
  std::int64_t size_gb = 0;                ///< only grows; kept and shown, the folder is not bounded by it
  std::string data_center_id;              ///< as given; never changes
  VolumeType type = VolumeType::standard;  ///< never changes
  Timestamp created{};
  AccountId account = AccountId::first;  ///< account that made it

  friend bool operator==(const NetworkVolume&, const NetworkVolume&) = default;
};

/// A change of a volume: fields that are present are set, the others stay.
struct NetworkVolumePatch {
  std::optional<std::string> name;
  std::optional<std::int64_t> size_gb;
  std::optional<std::string> data_center_id;
  std::optional<VolumeType> type;
};

// Their bytes are those of their fields, in the order of domain/definitions/volume_fields.hpp.
template <>
struct CustomCodec<NetworkVolume> {
  static void put(Encoder& out, const NetworkVolume& value);
  static bool get(Decoder& in, NetworkVolume& value);
};
template <>
struct CustomCodec<NetworkVolumePatch> {
  static void put(Encoder& out, const NetworkVolumePatch& patch);
  static bool get(Decoder& in, NetworkVolumePatch& patch);
};

}  // namespace pilotlight
