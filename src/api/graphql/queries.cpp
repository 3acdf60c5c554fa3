#include "api/graphql/queries.hpp"

#include <algorithm>
#include <array>

#include "api/graphql/catalog_views.hpp"
#include "api/graphql/inputs.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using graphql::RootResult;
using Arguments = json::object;

/// RunPod answers some queries without a key.
enum class Key : std::uint8_t { needless, needed };
enum class Shows : std::uint8_t { definitions, nothing_stored };

struct Query {
  std::string_view name;
  Key key;
  Shows shows;
  RootResult (*find)(const Catalog& definitions, const Arguments& arguments);
};

RootResult nothing(const Catalog&, const Arguments&) {
  return json::value(nullptr);
}

RootResult empty_list(const Catalog&, const Arguments&) {
  return json::value(json::array());
}

RootResult whole_account(const Catalog&, const Arguments&) {
  return json::value(true);
}

RootResult one_template(const Catalog& definitions, const Arguments& arguments) {
  return definitions.template_of_id(text_of(arguments, "id"));
}

/// The name is not repeated: it may be long.
RootResult no_flash_app(const Catalog&, const Arguments&) {
  return graphql::FieldError{"Flash app not found: this server has no Flash apps"};
}

constexpr std::array queries{
    Query{"myself", Key::needed, Shows::definitions, whole_account},
    Query{"podTemplate", Key::needed, Shows::definitions, one_template},
    Query{"podTemplates", Key::needed, Shows::nothing_stored, empty_list},
    Query{"pod", Key::needed, Shows::nothing_stored, nothing},
    Query{"myModels", Key::needed, Shows::nothing_stored, empty_list},
    Query{"flashAppByName", Key::needed, Shows::nothing_stored, no_flash_app},
    Query{"gpuTypes", Key::needless, Shows::nothing_stored,
          [](const Catalog&, const Arguments& arguments) { return RootResult(gpu_types_of(arguments)); }},
    Query{"cpuFlavors", Key::needless, Shows::nothing_stored,
          [](const Catalog&, const Arguments& arguments) { return RootResult(cpu_flavors_of(arguments)); }},
    Query{"serverlessGpuPools", Key::needless, Shows::nothing_stored,
          [](const Catalog&, const Arguments&) { return RootResult(all_gpu_pools()); }},
    Query{"cpuTypes", Key::needless, Shows::nothing_stored,
          [](const Catalog&, const Arguments&) { return RootResult(all_cpu_types()); }},
    Query{"dataCenters", Key::needless, Shows::nothing_stored,
          [](const Catalog&, const Arguments&) { return RootResult(all_data_centers()); }},
    Query{"listings", Key::needless, Shows::nothing_stored, empty_list},
    Query{"listing", Key::needless, Shows::nothing_stored, nothing},
    Query{"listingFromRepo", Key::needless, Shows::nothing_stored, nothing},
    Query{"allAiApiPublicConfigs", Key::needless, Shows::nothing_stored, empty_list},
};

/// Null: none of that name.
const Query* find_query(std::string_view name) {
  const auto found =
      std::find_if(queries.begin(), queries.end(), [name](const Query& query) { return query.name == name; });
  return found == queries.end() ? nullptr : &*found;
}

const Query& query_of(const graphql::RootField& field) {
  const Query* query = find_query(field.field_name);
  ASSERT(query != nullptr);
  return *query;
}

}  // namespace

bool knows_all_queries(const graphql::Schema& schema) {
  const auto& fields = schema.root("query")->fields;
  return std::all_of(fields.begin(), fields.end(),
                     [](const auto& field) { return find_query(field.name) != nullptr; });
}

bool shows_definitions(const graphql::Prepared& prepared) {
  return std::any_of(prepared.roots.begin(), prepared.roots.end(), [](const graphql::RootField& field) {
    return query_of(field).shows == Shows::definitions;
  });
}

RootResult find_root(const Catalog& definitions, const graphql::RootField& field, Caller caller) {
  const Query& query = query_of(field);
  if (query.key == Key::needed && caller == Caller::nobody) return json::value(nullptr);
  return query.find(definitions, field.arguments);
}

}  // namespace pilotlight::api
