#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "catalog/prices.hpp"
#include "graphql/schema.hpp"

/// The catalogue of src/catalog. A row stands in the response's tree as its place, a number, until fields of
/// it are selected.
namespace pilotlight::api {

/// Lets the fields of the catalogue's types be found. `prices` outlives the schema.
void resolve_catalog(graphql::Schema& schema, const catalog::Prices& prices);

/// Places of the GPU types that a coerced GpuTypeFilter lets through; without a filter all.
boost::json::value gpu_types_of(const boost::json::object& arguments);
/// Likewise with a CpuFlavorInput.
boost::json::value cpu_flavors_of(const boost::json::object& arguments);
boost::json::value all_gpu_pools();
boost::json::value all_cpu_types();
boost::json::value all_data_centers();
/// The place of the data center of this id; null: the catalogue does not have it.
boost::json::value data_center_of_id(std::string_view id);

}  // namespace pilotlight::api
