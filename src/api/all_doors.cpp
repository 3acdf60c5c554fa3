#include "api/all_doors.hpp"

#include <iterator>

#include "api/admin/handlers.hpp"
#include "api/front.hpp"
#include "api/graphql/handlers.hpp"
#include "api/jobs/handlers.hpp"
#include "api/logs/pod_logs.hpp"
#include "api/openai/handlers.hpp"
#include "api/rest_v2/handlers.hpp"
#include "api/worker/handlers.hpp"

namespace pilotlight::api {
namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Door> all_doors(Context& context, const std::vector<RateLimit>& limits,
                            const CrossOrigins& origins) {
  std::vector<AccountRoute> clients = job_routes(context);
  append(clients, openai_routes(context));
  std::vector<Door> all =
      with_cross_origin(origins, with_key(context.keys, with_rate_limits(limits, std::move(clients))));
  append(all, with_key(context.keys, worker_env_routes(context)));
  append(all, with_key(context.keys, key_routes(context)));
  append(all, with_key(context.keys, pod_log_routes(context)));
  append(all, admin_doors());
  append(all, worker_doors(context));
  append(all, graphql_doors(context));
  append(all, rest_v2::doors(context, limits));
  append(all, front_doors(context));
  return all;
}

}  // namespace pilotlight::api
