#pragma once

#include "domain/definitions/fields.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight {

/// The fields of a volume in the order of their stored bytes: a new one comes last (store/codec.hpp).
inline constexpr auto volume_fields = [] {
  using V = NetworkVolume;
  using P = NetworkVolumePatch;
  return std::tuple{
      server_field(&V::id, "id"),
      field(&V::name, &P::name, "name").within(1, 191),
      field(&V::size_gb, &P::size_gb, "size_gb").within(10, 4096),
      field(&V::data_center_id, &P::data_center_id, "data_center_id").within(1, 191),
      field(&V::type, &P::type, "type"),
      server_field(&V::created, "created"),
      server_field(&V::account, "account"),
  };
}();

}  // namespace pilotlight
