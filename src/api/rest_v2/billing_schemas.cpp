#include "api/rest_v2/billing_schemas.hpp"

#include "api/rest_v2/page.hpp"
#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using namespace values;

constexpr std::string_view buckets[] = {"hour", "day", "week", "month", "year"};
constexpr Schema bucket{.type = Type::text, .choices = buckets};

constexpr Field start_time{
    .name = "startTime",
    .schema = &date,
    .about = "30 days before the end by default; moved to the beginning of its bucket"};
constexpr Field end_time{
    .name = "endTime", .schema = &date, .about = "Now by default, exclusive; moved to the end of its bucket"};
constexpr Field bucket_size{.name = "bucketSize", .schema = &bucket, .standard = "\"day\""};
constexpr Field last_n{.name = "lastN",
                       .schema = &from_1,
                       .about = "The last buckets up to now; not beside startTime or endTime"};

constexpr Field amount(std::string_view name) {
  return {.name = name, .schema = &number, .needed = Needed::yes};
}

/// The query of a bill that a parameter narrows to one thing.
template <const std::string_view& Filter>
struct NarrowQuery {
  static constexpr Field fields[] = {
      start_time,  end_time,    bucket_size, last_n, {.name = Filter, .schema = &text},
      limit_field, cursor_field};
  static constexpr Schema schema{.type = Type::object, .fields = fields};
};

constexpr Field query_fields[] = {start_time, end_time, bucket_size, last_n, limit_field, cursor_field};

constexpr Field told_query_fields[] = {{.name = "startTime", .schema = &date, .needed = Needed::yes},
                                       {.name = "endTime", .schema = &date, .needed = Needed::yes},
                                       {.name = "bucketSize", .schema = &bucket, .needed = Needed::yes}};
constexpr Schema told_query{.type = Type::object, .fields = told_query_fields, .open = true};

template <const auto& Amounts, const std::string_view& Name>
struct BillAnswer {
  static constexpr Schema totals{.type = Type::object, .fields = Amounts};
  static constexpr Field metadata_fields[] = {
      {.name = "query", .schema = &told_query, .needed = Needed::yes},
      {.name = "recordCount", .schema = &whole_number, .needed = Needed::yes},
      {.name = "totals", .schema = &totals, .needed = Needed::yes},
      {.name = "note", .schema = &text, .about = "Why the bill is empty"}};
  static constexpr Schema metadata{.type = Type::object, .fields = metadata_fields, .open = true};
  static constexpr Field fields[] = {{.name = "records",
                                      .schema = &things,
                                      .needed = Needed::yes,
                                      .about = "Always empty: nothing is metered"},
                                     {.name = "metadata", .schema = &metadata, .needed = Needed::yes},
                                     pagination_field};
  static constexpr Schema schema{.type = Type::object, .name = Name, .fields = fields, .open = true};
};

constexpr std::string_view billing_name = "ListBillingResponse";
constexpr std::string_view pod_billing_name = "ListPodBillingResponse";
constexpr std::string_view serverless_billing_name = "ListServerlessBillingResponse";
constexpr std::string_view endpoint_billing_name = "ListEndpointBillingResponse";
constexpr std::string_view network_volume_billing_name = "ListNetworkVolumeBillingResponse";
constexpr std::string_view cluster_billing_name = "ListClusterBillingResponse";
constexpr std::string_view pod_billing_filter = "podId";
constexpr std::string_view serverless_billing_filter = "serverlessId";
constexpr std::string_view network_volume_billing_filter = "networkVolumeId";
constexpr std::string_view cluster_billing_filter = "clusterId";

constexpr Field billing_fields[] = {amount("totalAmount"),           amount("podGpuAmount"),
                                    amount("podCpuAmount"),          amount("podDiskAmount"),
                                    amount("serverlessGpuAmount"),   amount("serverlessCpuAmount"),
                                    amount("serverlessDiskAmount"),  amount("serverlessFeeAmount"),
                                    amount("storageStandardAmount"), amount("storageHighPerformanceAmount"),
                                    amount("endpointAmount"),        amount("clusterGpuAmount"),
                                    amount("clusterDiskAmount"),     amount("clusterNetworkingAmount")};
constexpr Field pod_billing_fields[] = {amount("totalAmount"), amount("gpuAmount"), amount("cpuAmount"),
                                        amount("diskAmount")};
constexpr Field serverless_billing_fields[] = {amount("totalAmount"), amount("gpuAmount"),
                                               amount("cpuAmount"), amount("diskAmount"),
                                               amount("feeAmount")};
constexpr Field endpoint_billing_fields[] = {amount("totalAmount")};
constexpr Field network_volume_billing_fields[] = {amount("totalAmount"), amount("standardAmount"),
                                                   amount("highPerformanceAmount")};
constexpr Field cluster_billing_fields[] = {amount("totalAmount"), amount("gpuAmount"), amount("diskAmount"),
                                            amount("networkingAmount")};

}  // namespace

constexpr Schema billing_query{.type = Type::object, .fields = query_fields};
constexpr Schema pod_billing_query = NarrowQuery<pod_billing_filter>::schema;
constexpr Schema serverless_billing_query = NarrowQuery<serverless_billing_filter>::schema;
constexpr Schema network_volume_billing_query = NarrowQuery<network_volume_billing_filter>::schema;
constexpr Schema cluster_billing_query = NarrowQuery<cluster_billing_filter>::schema;

constexpr Schema billing_answer = BillAnswer<billing_fields, billing_name>::schema;
constexpr Schema pod_billing_answer = BillAnswer<pod_billing_fields, pod_billing_name>::schema;
constexpr Schema serverless_billing_answer =
    BillAnswer<serverless_billing_fields, serverless_billing_name>::schema;
constexpr Schema endpoint_billing_answer = BillAnswer<endpoint_billing_fields, endpoint_billing_name>::schema;
constexpr Schema network_volume_billing_answer =
    BillAnswer<network_volume_billing_fields, network_volume_billing_name>::schema;
constexpr Schema cluster_billing_answer = BillAnswer<cluster_billing_fields, cluster_billing_name>::schema;

constexpr std::span<const Field> billing_amounts = billing_fields;
constexpr std::span<const Field> pod_billing_amounts = pod_billing_fields;
constexpr std::span<const Field> serverless_billing_amounts = serverless_billing_fields;
constexpr std::span<const Field> endpoint_billing_amounts = endpoint_billing_fields;
constexpr std::span<const Field> network_volume_billing_amounts = network_volume_billing_fields;
constexpr std::span<const Field> cluster_billing_amounts = cluster_billing_fields;

}  // namespace pilotlight::api::rest_v2
