#pragma once

#include "api/rest_v2/schema.hpp"

// Schemas of the answers of /v2/serverless. Bodies are in api/rest_v2/bodies.hpp.
namespace pilotlight::api::rest_v2::serverless {

extern const Schema endpoint_answer;
extern const Schema list_answer;
extern const Schema workers_answer;
extern const Schema releases_answer;
extern const Schema builds_answer;
extern const Schema build_answer;

}  // namespace pilotlight::api::rest_v2::serverless
