#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_document.hpp"
#include "api/json_writer.hpp"
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "catalog/prices.hpp"

// The catalogue as v2 shows it. Everything counts as available, as far as it can exist: no machine is asked.
namespace pilotlight::api::rest_v2 {

/// The GPUs whose availability a query asks for. It leaves no type out of a list.
struct GpuWish {
  bool shown = false;                    ///< availability is part of the answer
  bool possible = true;                  ///< false: no card meets the wish
  std::vector<std::string> versions;     ///< CUDA versions of the catalogue; empty: any
  std::string least;                     ///< oldest CUDA version that will do; empty: any
  std::set<std::string_view> countries;  ///< codes, into the query; empty: all
};

/// The CPUs, likewise.
struct CpuWish {
  bool shown = false;
  bool serverless_only = false;  ///< flavours for pods alone do not count
  std::int64_t vcpus = 2;        ///< a worker's
};

/// A query of data centres: the parts that it shows, and the data centres that it chooses.
struct CenterWish {
  bool gpus_shown = false, cpus_shown = false;
  std::set<std::string_view> regions;  ///< into the query; empty: all
  bool possible = true;                ///< false: no data centre meets the wish
};

// The wish of a query that its schema has accepted, which outlives it. Error: the parameters contradict each
// other.
Result<GpuWish> gpu_wish(const JsonValue& query);
Result<CpuWish> cpu_wish(const JsonValue& query);
CenterWish center_wish(const JsonValue& query);

bool is_wanted(const catalog::DataCenter& center, const CenterWish& wish);

// Each writes all members of a row.
void add_row(JsonWriter& json, const catalog::GpuType& type, const GpuWish& wish,
             const catalog::Prices& prices);
void add_row(JsonWriter& json, const catalog::CpuFlavor& flavor, const CpuWish& wish,
             const catalog::Prices& prices);
void add_row(JsonWriter& json, const catalog::DataCenter& center, const CenterWish& wish);

}  // namespace pilotlight::api::rest_v2
