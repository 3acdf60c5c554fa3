#include "api/graphql/catalog_views.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "api/graphql/formats.hpp"
#include "api/graphql/inputs.hpp"
#include "api/graphql/resolvers.hpp"
#include "catalog/catalog.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using catalog::CpuFlavor;
using catalog::CpuType;
using catalog::DataCenter;
using catalog::GpuPool;
using catalog::GpuType;
using catalog::Prices;
using face::text;

constexpr std::string_view in_stock = "High";

/// Places of the rows that are wanted.
template <class Row, class Wanted>
json::value places(std::span<const Row> table, Wanted wanted) {
  json::array all;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (wanted(table[i])) all.emplace_back(i);
  return all;
}

template <class Row>
json::value places(std::span<const Row> table) {
  return places(table, [](const Row&) { return true; });
}

template <class Row>
const Row& row_at(std::span<const Row> table, const json::value& place) {
  return table[place.to_number<std::size_t>()];
}

/// Registers resolvers of a type whose objects are rows of a table.
template <class Row>
class RowType {
 public:
  RowType(graphql::Schema& schema, std::string type, std::span<const Row> table)
      : fields(schema, std::move(type)), table_(table) {}

  template <class Show>
  void add(std::string_view field, Show show) {
    fields.add_plain(field, [show, table = table_](const json::value& place) -> json::value {
      return show(row_at(table, place));
    });
  }

  Resolvers fields;

 private:
  const std::span<const Row> table_;
};

/// An input object; null: it was not given.
const json::object* input_in(const json::object& arguments) {
  const json::value* input = arguments.if_contains("input");
  return input != nullptr && input->is_object() ? &input->get_object() : nullptr;
}

bool is_true(const json::object& input, std::string_view name) {
  const json::value* value = input.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// No data centre, or one that there is.
bool names_a_data_center(const json::object& input) {
  const std::string id = text_of(input, "dataCenterId");
  return id.empty() || catalog::find_data_center(id) != nullptr;
}

/// The part of a GpuLowestPriceInput or GpuAvailabilityInput that decides something.
struct CardWish {
  bool possible = true;               ///< false: no card meets it
  std::int64_t cards = 1;             ///< count for one worker
  std::vector<std::string> versions;  ///< CUDA versions of the catalogue; empty: any
  std::string least;
};

/// Keeps the versions that the catalogue has, each once: a caller may send a great many.
void read_versions(const json::object& input, CardWish& wish) {
  std::set<std::string_view> given;
  if (const json::value* list = input.if_contains("allowedCudaVersions"); list != nullptr && list->is_array())
    for (const json::value& version : list->get_array())
      if (version.is_string()) given.insert(version.get_string());
  if (const json::value* one = input.if_contains("cudaVersion"); one != nullptr && one->is_string())
    given.insert(one->get_string());
  given.erase("");
  for (const std::string_view version : catalog::cuda_versions())
    if (given.contains(version)) wish.versions.emplace_back(version);
  if (!given.empty() && wish.versions.empty()) wish.possible = false;
}

CardWish read_wish(const json::object& arguments) {
  CardWish wish;
  const json::object* input = input_in(arguments);
  if (input == nullptr) return wish;
  read_versions(*input, wish);
  wish.least = text_of(*input, "minCudaVersion");
  const json::value* count = input->if_contains("gpuCount");
  if (count != nullptr && count->is_int64()) wish.cards = count->get_int64();
  if (wish.cards < 1 || wish.cards > catalog::gpu_count_max || !names_a_data_center(*input))
    wish.possible = false;
  return wish;
}

/// An offer of a GPU type: {"type": its place, "met": whether the wish can be met, "cards": their number}.
json::value offer(const json::value& type_place, const CardWish& wish) {
  const GpuType& type = row_at(catalog::gpu_types(), type_place);
  const bool met = wish.possible && catalog::runs_cuda(type, {wish.versions, wish.least});
  return json::object{{"type", type_place}, {"met", met}, {"cards", wish.cards}};
}

/// Registers resolvers of a type whose objects are offers.
class OfferType {
 public:
  OfferType(graphql::Schema& schema, std::string type) : fields_(schema, std::move(type)) {}

  template <class Show>
  void add(std::string_view field, Show show) {
    fields_.add_plain(field, [show](const json::value& offer) -> json::value {
      return show(row_at(catalog::gpu_types(), offer.at("type")), offer.at("met").as_bool());
    });
  }

  /// `value` is of an offer that can be had; null in the others.
  void add_if_met(std::initializer_list<std::string_view> fields, const json::value& value) {
    for (const std::string_view field : fields)
      add(field, [value](const GpuType&, bool met) { return met ? value : json::value(); });
  }

  /// The price of all cards of an offer that can be had; null in the others.
  void add_prices(std::initializer_list<std::string_view> fields, const Prices& prices) {
    for (const std::string_view field : fields)
      fields_.add_plain(field, [&prices](const json::value& offer) {
        if (!offer.at("met").as_bool()) return json::value();
        const GpuType& type = row_at(catalog::gpu_types(), offer.at("type"));
        return json::value(prices.of_card(type).times(offer.at("cards").as_int64()).dollars());
      });
  }

 private:
  Resolvers fields_;
};

json::array counts_of_gpus() {
  json::array counts;
  for (std::int64_t count = 1; count <= catalog::gpu_count_max; ++count) counts.emplace_back(count);
  return counts;
}

json::value cuda_versions_of(const GpuType& type) {
  if (type.manufacturer != catalog::Manufacturer::nvidia) return json::array();
  return places(catalog::cuda_versions());
}

void resolve_lowest_price(graphql::Schema& schema, const Prices& prices) {
  OfferType price(schema, "LowestPrice");
  price.add("gpuName", [](const GpuType& type, bool) { return text(type.name); });
  price.add("gpuTypeId", [](const GpuType& type, bool) { return text(type.id); });
  price.add_if_met({"stockStatus"}, text(in_stock));
  // No card is cheaper for a bid, and there are no clusters.
  price.add_prices({"minimumBidPrice", "uninterruptablePrice"}, prices);
  price.add_if_met({"clusterPrice"}, 0);
  price.add_if_met({"minMemory", "minVcpu", "minDownload", "minDisk", "minUpload"}, 0);
  price.add_if_met({"rentalPercentage", "rentedCount", "totalCount"}, 0);
  price.add_if_met({"maxGpuCount", "maxUnreservedGpuCount"}, catalog::gpu_count_max);
  price.add_if_met({"availableGpuCounts"}, counts_of_gpus());
  price.add_if_met({"supportPublicIp"}, false);
  price.add_if_met({"compliance"}, json::array());
  price.add("gpuTypeDatacenters", [](const GpuType&, bool met) -> json::value {
    return met ? places(catalog::data_centers()) : json::array();
  });
  price.add("gpuTypeCudaVersions", [](const GpuType& type, bool) { return cuda_versions_of(type); });

  RowType<DataCenter> center(schema, "GpuTypeDataCenterAvailability", catalog::data_centers());
  center.add("dataCenterId", [](const DataCenter& row) { return text(row.id); });
  center.fields.add_constant({"supportNetworkVolumes"}, true);
  center.fields.add_constant({"availability"}, "AVAILABLE");

  RowType<std::string_view> version(schema, "GpuTypeCudaVersionAvailability", catalog::cuda_versions());
  version.add("cudaVersion", [](std::string_view row) { return text(row); });
  version.fields.add_constant({"availability"}, "AVAILABLE");
}

void resolve_gpu_type(graphql::Schema& schema, const Prices& prices) {
  RowType<GpuType> type(schema, "GpuType", catalog::gpu_types());
  type.add("id", [](const GpuType& row) { return text(row.id); });
  type.add("displayName", [](const GpuType& row) { return text(row.name); });
  type.add("memoryInGb", [](const GpuType& row) { return row.memory_gb; });
  type.add("manufacturer", [](const GpuType& row) {
    return text(row.manufacturer == catalog::Manufacturer::amd ? "AMD" : "Nvidia");
  });
  for (const char* name : {"securePrice", "communityPrice"})
    type.add(name, [&prices](const GpuType& row) { return prices.of_card(row).dollars(); });
  type.fields.add_constant({"secureSpotPrice", "communitySpotPrice", "oneWeekPrice", "oneMonthPrice",
                            "threeMonthPrice", "sixMonthPrice", "oneYearPrice", "clusterPrice"},
                           0);
  // Cards stand in data centres; none is rented out by a community.
  type.fields.add_constant({"secureCloud"}, true);
  type.fields.add_constant({"communityCloud"}, false);
  type.fields.add_constant({"maxGpuCount", "maxGpuCountSecureCloud"}, catalog::gpu_count_max);
  type.fields.add_constant({"maxGpuCountCommunityCloud", "cudaCores", "throughput"}, 0);
  type.fields.add_constant({"minPodGpuCount"}, 1);
  type.fields.add("lowestPrice", [](const Catalog&, const json::value& place, const json::object& arguments) {
    return offer(place, read_wish(arguments));
  });
}

/// The price of the instance that the input names, or of one virtual CPU if it names none; null: the flavour
/// has no such instance.
json::value specifics_of(const CpuFlavor& flavor, const json::object* input, const Prices& prices) {
  if (input != nullptr && !names_a_data_center(*input)) return nullptr;
  const std::string instance = input == nullptr ? std::string() : text_of(*input, "instanceId");
  const auto vcpus = instance.empty() ? std::optional<std::int64_t>(1) : vcpus_of(flavor, instance);
  if (!vcpus) return nullptr;
  const double price = prices.of_vcpu(flavor).times(*vcpus).dollars();
  return {{"stockStatus", in_stock}, {"securePrice", price}, {"slsPrice", price}};
}

void resolve_cpus(graphql::Schema& schema, const Prices& prices) {
  RowType<CpuType> type(schema, "CpuType", catalog::cpu_types());
  type.add("id", [](const CpuType& row) { return text(row.id); });
  type.add("displayName", [](const CpuType& row) { return text(row.name); });
  type.add("manufacturer", [](const CpuType& row) { return text(row.manufacturer); });
  type.add("cores", [](const CpuType& row) { return row.cores; });
  type.add("threadsPerCore", [](const CpuType& row) { return row.threads_per_core; });
  type.add("groupId", [](const CpuType& row) { return text(row.group); });

  RowType<CpuFlavor> flavor(schema, "CpuFlavor", catalog::cpu_flavors());
  flavor.add("id", [](const CpuFlavor& row) { return text(row.id); });
  flavor.add("groupId", [](const CpuFlavor& row) { return text(row.group); });
  flavor.add("groupName", [](const CpuFlavor& row) { return text(row.group); });
  flavor.add("displayName", [](const CpuFlavor& row) { return text(row.name); });
  flavor.add("ramMultiplier", [](const CpuFlavor& row) { return row.ram_gb_per_vcpu; });
  flavor.add("diskLimitPerVcpu", [](const CpuFlavor& row) { return row.disk_gb_per_vcpu; });
  flavor.fields.add_constant({"minVcpu"}, CpuFlavor::vcpu_min);
  flavor.fields.add_constant({"maxVcpu"}, CpuFlavor::vcpu_max);
  flavor.fields.add_constant({"vcpuBurstable"}, false);
  flavor.fields.add("specifics",
                    [&prices](const Catalog&, const json::value& place, const json::object& arguments) {
                      return specifics_of(row_at(catalog::cpu_flavors(), place), input_in(arguments), prices);
                    });

  RowType<CpuFlavor> available(schema, "CpuAvailability", catalog::cpu_flavors());
  available.add("id", [](const CpuFlavor& row) { return text(row.id); });
  available.add("cpuFlavorId", [](const CpuFlavor& row) { return text(row.id); });
  available.add("displayName", [](const CpuFlavor& row) { return text(row.name); });
  available.fields.add_constant({"available"}, true);
  available.fields.add_constant({"stockStatus"}, text(in_stock));
}

void resolve_data_center(graphql::Schema& schema) {
  RowType<DataCenter> center(schema, "DataCenter", catalog::data_centers());
  center.add("id", [](const DataCenter& row) { return text(row.id); });
  center.add("name", [](const DataCenter& row) { return text(row.name); });
  center.add("location", [](const DataCenter& row) { return text(row.country); });
  center.add("region", [](const DataCenter& row) { return text(catalog::name_of(row.region)); });
  center.add("cpuAvailability", [](const DataCenter&) { return places(catalog::cpu_flavors()); });
  center.fields.add_constant({"listed", "storageSupport"}, true);
  center.fields.add_constant({"globalNetwork"}, false);
  center.fields.add_constant({"compliance"}, json::array());
  center.fields.add("gpuAvailability",
                    [](const Catalog&, const json::value&, const json::object& arguments) -> json::value {
                      const CardWish wish = read_wish(arguments);
                      json::array offers;
                      for (std::size_t i = 0; i < catalog::gpu_types().size(); ++i)
                        offers.push_back(offer(i, wish));
                      return offers;
                    });

  OfferType available(schema, "GpuAvailability");
  for (const char* id : {"id", "gpuTypeId"})
    available.add(id, [](const GpuType& type, bool) { return text(type.id); });
  for (const char* name : {"displayName", "gpuTypeDisplayName"})
    available.add(name, [](const GpuType& type, bool) { return text(type.name); });
  available.add("available", [](const GpuType&, bool met) { return met; });
  available.add_if_met({"stockStatus"}, text(in_stock));
}

void resolve_gpu_pool(graphql::Schema& schema) {
  RowType<GpuPool> pool(schema, "ServerlessGpuPool", catalog::gpu_pools());
  pool.add("id", [](const GpuPool& row) { return text(row.id); });
  pool.add("gpuTypeIds", [](const GpuPool& row) {
    json::array ids;
    for (const std::string_view id : row.types) ids.push_back(text(id));
    return ids;
  });
}

/// Whether a filter's text and list of texts, as far as they are given, have the id.
bool lets_through(const json::object& filter, std::string_view id) {
  const json::value* one = filter.if_contains("id");
  if (one != nullptr && one->is_string() && one->get_string() != id) return false;
  const json::value* some = filter.if_contains("ids");
  if (some == nullptr || !some->is_array()) return true;
  const json::array& ids = some->get_array();
  return std::any_of(ids.begin(), ids.end(), [id](const json::value& given) {
    return given.is_string() && given.get_string() == id;
  });
}

}  // namespace

void resolve_catalog(graphql::Schema& schema, const Prices& prices) {
  resolve_gpu_type(schema, prices);
  resolve_lowest_price(schema, prices);
  resolve_gpu_pool(schema);
  resolve_cpus(schema, prices);
  resolve_data_center(schema);
}

json::value gpu_types_of(const json::object& arguments) {
  const json::object* filter = input_in(arguments);
  if (filter == nullptr) return places(catalog::gpu_types());
  // The server has no clusters.
  if (is_true(*filter, "cluster")) return json::array();
  return places(catalog::gpu_types(),
                [filter](const GpuType& type) { return lets_through(*filter, type.id); });
}

json::value cpu_flavors_of(const json::object& arguments) {
  const json::object* filter = input_in(arguments);
  if (filter == nullptr) return places(catalog::cpu_flavors());
  const bool serverless = is_true(*filter, "slsOnly") || is_true(*filter, "isSls");
  return places(catalog::cpu_flavors(), [filter, serverless](const CpuFlavor& flavor) {
    return lets_through(*filter, flavor.id) && (flavor.serverless || !serverless);
  });
}

json::value all_gpu_pools() {
  return places(catalog::gpu_pools());
}

json::value all_cpu_types() {
  return places(catalog::cpu_types());
}

json::value all_data_centers() {
  return places(catalog::data_centers());
}

json::value data_center_of_id(std::string_view id) {
  const DataCenter* found = catalog::find_data_center(id);
  return found == nullptr ? json::value() : json::value(found - catalog::data_centers().data());
}

}  // namespace pilotlight::api
