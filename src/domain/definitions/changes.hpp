#pragma once

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight {

/// Sets the fields that the patch has. A name that ends in "-fb" turns FlashBoot on, unless the patch sets
/// FlashBoot itself.
void apply_patch(const EndpointPatch& patch, Endpoint& value);
void apply_patch(const TemplatePatch& patch, Template& value);
void apply_patch(const NetworkVolumePatch& patch, NetworkVolume& value);

/// The two differ in a field that running workers cannot follow: such a change replaces them.
bool needs_new_workers(const Endpoint& before, const Endpoint& after);
bool needs_new_workers(const Template& before, const Template& after);

}  // namespace pilotlight
