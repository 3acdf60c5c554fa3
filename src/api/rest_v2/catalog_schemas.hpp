#pragma once

#include "api/rest_v2/schema.hpp"

// The queries and the answers of the catalogue.
namespace pilotlight::api::rest_v2 {

// The queries of a list take its pages, too.
extern const Schema gpu_types_query;
extern const Schema gpu_type_query;
extern const Schema cpu_types_query;
extern const Schema cpu_type_query;
extern const Schema data_centers_query;
extern const Schema data_center_query;

extern const Schema gpu_type_answer;
extern const Schema cpu_type_answer;
extern const Schema data_center_answer;
extern const Schema list_gpu_types_answer;
extern const Schema list_cpu_types_answer;
extern const Schema list_data_centers_answer;

}  // namespace pilotlight::api::rest_v2
