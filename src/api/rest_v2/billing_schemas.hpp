#pragma once

#include <span>

#include "api/rest_v2/schema.hpp"

// The queries and the answers of bills.
namespace pilotlight::api::rest_v2 {

extern const Schema billing_query;
extern const Schema pod_billing_query;
extern const Schema serverless_billing_query;
extern const Schema network_volume_billing_query;
extern const Schema cluster_billing_query;

extern const Schema billing_answer;
extern const Schema pod_billing_answer;
extern const Schema serverless_billing_answer;
extern const Schema endpoint_billing_answer;
extern const Schema network_volume_billing_answer;
extern const Schema cluster_billing_answer;

// The members of "totals".
extern const std::span<const Field> billing_amounts;
extern const std::span<const Field> pod_billing_amounts;
extern const std::span<const Field> serverless_billing_amounts;
extern const std::span<const Field> endpoint_billing_amounts;
extern const std::span<const Field> network_volume_billing_amounts;
extern const std::span<const Field> cluster_billing_amounts;

}  // namespace pilotlight::api::rest_v2
