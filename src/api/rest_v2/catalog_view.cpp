#include "api/rest_v2/catalog_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <initializer_list>

#include "api/numbers.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using catalog::CpuFlavor;
using catalog::DataCenter;
using catalog::GpuType;

/// The only type of network volumes that there is.
constexpr std::string_view volume_type_here = "STANDARD";

/// The texts of a list in a query.
std::set<std::string_view> texts_in(const JsonValue& query, std::string_view name) {
  std::set<std::string_view> texts;
  if (const auto list = query.member(name))
    for (const JsonValue& element : list->elements()) texts.insert(element.text());
  return texts;
}

/// Whether availability is shown. Error: RunPod asks for both parameters or neither.
Result<bool> shows_availability(const JsonValue& query) {
  const bool included = query.member("include").has_value();
  if (included != query.member("product").has_value())
    return refusal(Errc::invalid, "include=AVAILABILITY and product go together; send both or neither");
  return included;
}

std::string_view level(bool available) {
  return available ? "HIGH" : "NONE";
}

/// An element of a list of things that are available.
void add_available(JsonWriter& json, std::string_view id, std::string_view name, bool available) {
  json.open().text("id", id).text("name", name).text("availability", level(available)).close();
}

void read_cudas_asked(const JsonValue& query, GpuWish& wish) {
  const std::set<std::string_view> given = texts_in(query, "cudaVersions");
  for (const std::string_view version : catalog::cuda_versions())
    if (given.contains(version)) wish.versions.emplace_back(version);
  if (!given.empty() && wish.versions.empty()) wish.possible = false;
  const auto least = query.member("minCudaVersion");
  if (!least) return;
  wish.least = least->text();
  if (wish.least.find('.') == wish.least.npos) wish.least += ".0";
}

bool counts(const DataCenter& center, const GpuWish& wish) {
  return wish.countries.empty() || wish.countries.contains(center.country_code);
}

bool is_available(const GpuType& type, const GpuWish& wish) {
  const auto& centers = catalog::data_centers();
  return wish.possible && catalog::runs_cuda(type, {wish.versions, wish.least}) &&
         std::any_of(centers.begin(), centers.end(),
                     [&wish](const DataCenter& center) { return counts(center, wish); });
}

bool is_available(const CpuFlavor& flavor, const CpuWish& wish) {
  return wish.vcpus <= CpuFlavor::vcpu_max && (flavor.serverless || !wish.serverless_only);
}

/// The same price under each name.
void add_price(JsonWriter& json, std::initializer_list<std::string_view> names, catalog::Money price) {
  json.open("price");
  for (const std::string_view name : names) json.raw(name, fmt::format("{}", price.dollars()));
  json.close();
}

void add_cuda_versions(JsonWriter& json, const GpuType& type) {
  json.list("cudaVersions");
  if (type.manufacturer == catalog::Manufacturer::nvidia)
    for (const std::string_view version : catalog::cuda_versions())
      json.open().text("version", version).flag("available", true).close();
  json.end();
}

}  // namespace

Result<GpuWish> gpu_wish(const JsonValue& query) {
  GpuWish wish;
  const Result<bool> shown = shows_availability(query);
  if (!shown) return shown.error();
  wish.shown = *shown;
  if (query.member("cudaVersions") && query.member("minCudaVersion"))
    return refusal(Errc::invalid, "cudaVersions and minCudaVersion do not go together; send one of them");
  read_cudas_asked(query, wish);
  wish.countries = texts_in(query, "countryCodes");
  const auto count = query.member("count");
  const auto cards = count ? json_whole(count->text()) : std::optional<std::int64_t>(1);
  const auto cloud = query.member("cloud");
  if (!cards || *cards > catalog::gpu_count_max || (cloud && cloud->text() == "COMMUNITY"))
    wish.possible = false;
  return wish;
}

Result<CpuWish> cpu_wish(const JsonValue& query) {
  CpuWish wish;
  const Result<bool> shown = shows_availability(query);
  if (!shown) return shown.error();
  wish.shown = *shown;
  wish.serverless_only = texts_in(query, "product") == std::set<std::string_view>{"SERVERLESS"};
  const auto given = query.member("vcpuCount");
  if (!given) return wish;
  const auto vcpus = json_whole(given->text());
  if (!vcpus || !std::has_single_bit(static_cast<std::uint64_t>(*vcpus)))
    return refusal(Errc::invalid, "vcpuCount must be a power of two");
  wish.vcpus = *vcpus;
  return wish;
}

CenterWish center_wish(const JsonValue& query) {
  CenterWish wish;
  const std::set<std::string_view> shown = texts_in(query, "include");
  wish.gpus_shown = shown.contains("GPU_AVAILABILITY");
  wish.cpus_shown = shown.contains("CPU_AVAILABILITY");
  wish.regions = texts_in(query, "regions");
  const auto network = query.member("globalNetwork");
  const std::set<std::string_view> volumes = texts_in(query, "networkVolumeTypes");
  wish.possible = !(network && network->is_true()) && texts_in(query, "compliance").empty() &&
                  std::all_of(volumes.begin(), volumes.end(),
                              [](std::string_view type) { return type == volume_type_here; });
  return wish;
}

bool is_wanted(const DataCenter& center, const CenterWish& wish) {
  return wish.possible && (wish.regions.empty() || wish.regions.contains(name_of(center.region)));
}

void add_row(JsonWriter& json, const GpuType& type, const GpuWish& wish, const catalog::Prices& prices) {
  const catalog::GpuPool* pool = catalog::pool_of(type.id);
  json.text("id", type.id).text("name", type.name);
  pool == nullptr ? json.null("pool") : json.text("pool", pool->id);
  json.text("manufacturer", type.manufacturer == catalog::Manufacturer::amd ? "AMD" : "NVIDIA");
  // Cards stand in data centres; none is rented out by a community.
  json.number("memory", type.memory_gb).flag("secure", true).flag("community", false);
  add_price(json, {"secure", "community", "serverless"}, prices.of_card(type));
  json.open("maxCount").number("secure", catalog::gpu_count_max).number("community", 0).close();
  if (!wish.shown) return;
  const bool available = is_available(type, wish);
  json.text("availability", level(available)).list("dataCenters");
  for (const DataCenter& center : catalog::data_centers())
    if (counts(center, wish)) add_available(json, center.id, center.name, available);
  json.end();
  add_cuda_versions(json, type);
}

void add_row(JsonWriter& json, const CpuFlavor& flavor, const CpuWish& wish, const catalog::Prices& prices) {
  json.text("id", flavor.id).text("name", flavor.name).text("group", flavor.group);
  // v2 has no worker with one virtual CPU.
  const std::int64_t least = std::max<std::int64_t>(CpuFlavor::vcpu_min, 2);
  json.open("vcpu").number("min", least).number("max", CpuFlavor::vcpu_max).close();
  json.number("ramGbPerVcpu", flavor.ram_gb_per_vcpu);
  add_price(json, {"securePerVcpu", "serverlessPerVcpu"}, prices.of_vcpu(flavor));
  if (!wish.shown) return;
  const bool available = is_available(flavor, wish);
  json.text("availability", level(available)).list("dataCenters");
  for (const DataCenter& center : catalog::data_centers())
    add_available(json, center.id, center.name, available);
  json.end();
}

void add_row(JsonWriter& json, const DataCenter& center, const CenterWish& wish) {
  json.text("id", center.id).text("name", center.name).text("region", name_of(center.region));
  json.flag("globalNetwork", false).list("networkVolumeTypes").text_element(volume_type_here).end();
  json.list("compliance").end();
  if (wish.gpus_shown) {
    json.list("gpuAvailability");
    for (const GpuType& type : catalog::gpu_types()) add_available(json, type.id, type.name, true);
    json.end();
  }
  if (wish.cpus_shown) {
    json.list("cpuAvailability");
    for (const CpuFlavor& flavor : catalog::cpu_flavors()) add_available(json, flavor.id, flavor.name, true);
    json.end();
  }
}

}  // namespace pilotlight::api::rest_v2
