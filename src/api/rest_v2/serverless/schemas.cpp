#include "api/rest_v2/serverless/schemas.hpp"

#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/container.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

using namespace values;

constexpr Schema date_or_null{.type = Type::text, .nullable = true, .shape = &date_time};
constexpr Schema whole_or_null{.type = Type::integer, .nullable = true};
constexpr Schema from_0_or_null{.type = Type::integer, .nullable = true, .minimum = "0"};
constexpr Schema percent{.type = Type::integer, .minimum = "0", .maximum = "100"};

constexpr Field needed(std::string_view name, const Schema& schema, std::string_view about = {}) {
  return {.name = name, .schema = &schema, .needed = Needed::yes, .about = about};
}
constexpr Field optional(std::string_view name, const Schema& schema, std::string_view about = {}) {
  return {.name = name, .schema = &schema, .about = about};
}

// Endpoints

constexpr Field url_fields[] = {needed("run", text),        needed("runSync", text), needed("status", text),
                                needed("stream", text),     needed("cancel", text),  needed("retry", text),
                                needed("purgeQueue", text), needed("health", text)};
constexpr Schema urls{.type = Type::object, .name = "QueueBasedRequestUrls", .fields = url_fields};

constexpr Field gpu_fields[] = {needed("pools", some_texts, "In order of preference"),
                                needed("excludedTypes", texts), needed("count", from_1),
                                needed("allowedCudaVersions", texts), needed("minCudaVersion", text_or_null)};
constexpr Schema gpu{.type = Type::object, .nullable = true, .fields = gpu_fields, .open = true};

constexpr Field cpu_fields[] = {needed("id", filled_text), needed("vcpuCount", from_2),
                                needed("memory", from_1, "GB")};
constexpr Schema cpu{.type = Type::object, .fields = cpu_fields, .open = true};
constexpr Schema cpus{.type = Type::list, .least = 1, .items = &cpu};

constexpr Schema idle_seconds{.type = Type::integer, .minimum = "1", .maximum = "3600"};
constexpr Field scale_fields[] = {
    needed("min", from_0), needed("max", from_0),
    optional("idleTimeout", idle_seconds, "Absent for queue-based endpoints that scale on requestCount")};
constexpr Schema scale{.type = Type::object, .fields = scale_fields};

constexpr Field endpoint_fields[] = {needed("id", text),
                                     needed("name", text),
                                     needed("type", endpoint_type),
                                     optional("requestUrls", urls, "{job_id} stands for the id of a job"),
                                     container_members::image,
                                     container_members::args,
                                     container_members::disk,
                                     container_members::env,
                                     container_members::ports,
                                     container_members::registry,
                                     optional("gpu", gpu, "Null if no pool is stored"),
                                     optional("cpu", cpus),
                                     needed("workers", scale),
                                     needed("scaling", endpoint_scaling),
                                     needed("dataCenterIds", texts, "Empty: anywhere"),
                                     needed("networkVolumes", texts),
                                     needed("timeout", whole_number, "Milliseconds; 0: no limit"),
                                     needed("flashboot", endpoint_flashboot),
                                     needed("createdAt", date)};

// Workers

constexpr std::string_view statuses[] = {"RUNNING", "IDLE", "INITIALIZING", "THROTTLED", "UNHEALTHY"};
constexpr Schema status{.type = Type::text, .choices = statuses};
constexpr Field worker_fields[] = {
    needed("id", text),
    needed("status", status, "RUNNING while it has a job"),
    needed("isStale", flag, "It runs an older version of the endpoint"),
    needed("version", whole_or_null),
    needed("gpuCount", from_0, "What the endpoint has now"),
    needed("image", text_or_null, "Null for a worker of an older version"),
    needed("uptimeSeconds", from_0_or_null, "Null as startedAt"),
    needed("gpuTypeId", text_or_null, "Always null: cards are not assigned to workers yet"),
    needed("dataCenterId", text_or_null, "Always null: there is one machine"),
    needed("startedAt", date_or_null, "Null for a worker that outlived a crash of the server")};
constexpr Schema worker{.type = Type::object, .name = "Worker", .fields = worker_fields, .open = true};
constexpr Schema workers{.type = Type::list, .items = &worker};
constexpr Field summary_fields[] = {needed("running", from_0),      needed("idle", from_0),
                                    needed("initializing", from_0), needed("throttled", from_0),
                                    needed("unhealthy", from_0),    needed("total", from_0)};
constexpr Schema summary{.type = Type::object, .name = "WorkerSummary", .fields = summary_fields};
constexpr Field workers_fields[] = {needed("workers", workers), needed("summary", summary),
                                    needed("endpointVersion", whole_number), pagination_field};

// Releases and builds

constexpr Field rollout_fields[] = {needed("inProgress", flag), needed("workersOnLatest", from_0),
                                    needed("workersTotal", from_0), needed("percentOnLatest", percent)};
constexpr Schema rollout{.type = Type::object, .name = "RolloutSummary", .fields = rollout_fields};
constexpr Field releases_fields[] = {needed("endpointVersion", whole_number), needed("rollout", rollout),
                                     needed("releases", things, "Always empty: releases are not kept yet"),
                                     pagination_field};
constexpr Field builds_fields[] = {needed("builds", things, "Always empty: nothing is built here"),
                                   pagination_field};

}  // namespace

constexpr Schema endpoint_answer{
    .type = Type::object, .name = "Endpoint", .fields = endpoint_fields, .open = true};
constexpr Schema workers_answer{
    .type = Type::object, .name = "ListEndpointWorkersResponse", .fields = workers_fields, .open = true};
constexpr Schema releases_answer{
    .type = Type::object, .name = "ListEndpointReleasesResponse", .fields = releases_fields, .open = true};
constexpr Schema builds_answer{
    .type = Type::object, .name = "ListEndpointBuildsResponse", .fields = builds_fields, .open = true};
constexpr Schema build_answer = thing;

namespace {

constexpr Schema endpoints{.type = Type::list, .items = &endpoint_answer};
constexpr Field list_fields[] = {needed("endpoints", endpoints, "Newest first"), pagination_field};

}  // namespace

constexpr Schema list_answer{
    .type = Type::object, .name = "ListEndpointsResponse", .fields = list_fields, .open = true};

}  // namespace pilotlight::api::rest_v2::serverless
