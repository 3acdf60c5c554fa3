#pragma once

#include <string_view>

#include "graphql/graphql.hpp"

namespace pilotlight::api {

/// Takes what was sent out of the errors of a request that is not ok, if its document names a mutation that
/// takes passwords or secrets: the language's messages repeat values.
void keep_secrets(std::string_view document, graphql::Prepared& prepared);

}  // namespace pilotlight::api
