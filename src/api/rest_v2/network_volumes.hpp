#pragma once

#include <string>
#include <vector>

#include "api/rest_v2/operation.hpp"
#include "domain/definitions/answers.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight::api::rest_v2 {

/// /v2/network-volumes.
std::vector<Operation> network_volume_operations(Context& context);

/// A volume as the body of an answer.
std::string network_volume_view(const NetworkVolume& volume);
/// The list that the query, which its schema has accepted, asks for: the newest volume first. Error: the
/// cursor is of no page of this list.
Result<std::string> network_volume_list(const answer::CatalogContent& content, const JsonValue& query);

/// The change that a body, which its schema has accepted, asks for.
NetworkVolumePatch network_volume_patch(const JsonValue& body);

}  // namespace pilotlight::api::rest_v2
