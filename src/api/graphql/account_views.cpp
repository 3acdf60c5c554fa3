#include "api/graphql/account_views.hpp"

#include "api/graphql/resolvers.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

/// Workers that all endpoints together may have: nothing bounds them but each endpoint's workersMax, so this
/// is the largest that a workersMax can be.
constexpr std::int64_t concurrency_max = 10'000;

}  // namespace

void resolve_account(graphql::Schema& schema) {
  Resolvers user(schema, "User");
  user.add_constant({"email"}, "");
  user.add_constant({"pods", "flashApps"}, json::array());
  user.add_constant({"maxServerlessConcurrency"}, concurrency_max);
  user.add_constant({"clientBalance", "clientLifetimeSpend", "currentSpendPerHr", "spendLimit"}, 0);
  user.add_constant({"spendDetails"},
                    {{"localStoragePerHour", 0}, {"networkStoragePerHour", 0}, {"gpuComputePerHour", 0}});
  user.add_constant({"notifyPodsStale", "notifyPodsGeneral", "notifyLowBalance"}, false);
}

}  // namespace pilotlight::api
