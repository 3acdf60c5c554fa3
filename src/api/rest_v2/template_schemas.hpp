#pragma once

#include "api/rest_v2/schema.hpp"

// The answers of templates, and the query for public ones.
namespace pilotlight::api::rest_v2 {

extern const Schema template_answer;
extern const Schema list_templates_answer;
extern const Schema public_templates_query;

}  // namespace pilotlight::api::rest_v2
