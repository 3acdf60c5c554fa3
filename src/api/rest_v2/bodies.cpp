#include "api/rest_v2/bodies.hpp"

#include <array>
#include <cstddef>

#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using namespace values;

// Tables from tables

template <std::size_t... Sizes>
constexpr auto concatenated(const std::array<Field, Sizes>&... parts) {
  std::array<Field, (Sizes + ...)> all{};
  std::size_t at = 0;
  const auto append = [&all, &at](const auto& part) {
    for (const Field& field : part) all[at++] = field;
  };
  (append(parts), ...);
  return all;
}

/// The fields of a change: it needs none of them, and what it leaves out stays.
template <std::size_t Size>
constexpr auto for_change(std::array<Field, Size> fields) {
  for (Field& field : fields) field.needed = Needed::no, field.standard = {};
  return fields;
}

// Values

constexpr std::string_view endpoint_types[] = {"QUEUE", "LOAD_BALANCER"};
constexpr std::string_view flashboot_modes[] = {"OFF", "FLASHBOOT", "PRIORITY_FLASHBOOT"};

}  // namespace

constexpr Schema endpoint_type{.type = Type::text, .choices = endpoint_types};
constexpr Schema endpoint_flashboot{.type = Type::text, .choices = flashboot_modes};

namespace {

constexpr std::string_view categories[] = {"CPU", "NVIDIA", "AMD"};
constexpr Schema category{.type = Type::text, .choices = categories};
constexpr std::string_view volume_types[] = {"STANDARD", "HIGH_PERFORMANCE"};
constexpr Schema volume_type{.type = Type::text, .choices = volume_types};
constexpr Schema volume_size{.type = Type::integer, .minimum = "10", .maximum = "4096"};

constexpr Schema cuda{.type = Type::text, .shape = &cuda_version};
constexpr Schema cudas{.type = Type::list, .items = &cuda};
constexpr Schema cuda_or_empty{.type = Type::text, .shape = &cuda_version_or_empty};
constexpr Schema one_gpu_type{.type = Type::text, .shape = &gpu_type};
constexpr Schema gpu_types{.type = Type::list, .items = &one_gpu_type, .unique = true};

// Parts of an endpoint

constexpr std::string_view about_pools = "The pools that GPUs may come from, in order of preference";
constexpr std::string_view about_excluded = "GPU types of these pools that are not used";
constexpr std::string_view about_count = "The number of GPUs of one worker";
constexpr std::string_view about_cudas =
    "The CUDA versions that a worker may run on; not beside minCudaVersion";
constexpr std::string_view about_min_cuda = "The least CUDA version that a worker may run on";

constexpr Field create_gpu_fields[] = {
    {.name = "pools", .schema = &some_texts, .needed = Needed::yes, .about = about_pools},
    {.name = "excludedTypes", .schema = &gpu_types, .about = about_excluded},
    {.name = "count", .schema = &from_1, .standard = "1", .about = about_count},
    {.name = "allowedCudaVersions", .schema = &cudas, .about = about_cudas},
    {.name = "minCudaVersion", .schema = &cuda, .about = about_min_cuda},
};
constexpr Schema create_gpu{.type = Type::object, .fields = create_gpu_fields};

constexpr Field update_gpu_fields[] = {
    {.name = "pools", .schema = &some_texts, .about = about_pools},
    {.name = "excludedTypes", .schema = &gpu_types, .about = about_excluded, .together = "pools"},
    {.name = "count", .schema = &from_1, .about = about_count},
    {.name = "allowedCudaVersions", .schema = &cudas, .about = about_cudas},
    {.name = "minCudaVersion", .schema = &cuda_or_empty, .about = about_min_cuda},
};
constexpr Schema update_gpu{.type = Type::object, .fields = update_gpu_fields};

constexpr Field cpu_fields[] = {
    {.name = "id", .schema = &filled_text, .needed = Needed::yes, .about = "A CPU flavor of the catalog"},
    {.name = "vcpuCount",
     .schema = &from_2,
     .needed = Needed::yes,
     .about = "The number of virtual CPUs of one worker, a power of two"},
};
constexpr Schema cpu{.type = Type::object, .fields = cpu_fields};
constexpr Schema cpus{.type = Type::list, .least = 1, .items = &cpu, .unique = true};

constexpr Schema idle_seconds{.type = Type::integer, .minimum = "1", .maximum = "3600"};
constexpr std::string_view about_min = "The number of workers that always run";
constexpr std::string_view about_max = "The number of workers that may run at a time";
constexpr std::string_view about_idle =
    "The seconds after which a worker without a job stops; not for queue-based endpoints that scale on "
    "requestCount";
constexpr std::array create_workers_fields{
    Field{.name = "min", .schema = &from_0, .standard = "0", .about = about_min},
    Field{.name = "max", .schema = &from_0, .standard = "3", .about = about_max},
    Field{.name = "idleTimeout", .schema = &idle_seconds, .standard = "10", .about = about_idle},
};
constexpr Schema create_workers{.type = Type::object, .fields = create_workers_fields};
constexpr std::array update_workers_fields = for_change(create_workers_fields);
constexpr Schema update_workers{.type = Type::object, .fields = update_workers_fields};

constexpr std::string_view queue_delay_tag[] = {"QUEUE_DELAY"};
constexpr Schema queue_delay_type{.type = Type::text, .choices = queue_delay_tag};
constexpr Schema delay_seconds{.type = Type::number, .minimum = "0.5"};
constexpr Field queue_delay_fields[] = {
    {.name = "type", .schema = &queue_delay_type, .needed = Needed::yes},
    {.name = "queueDelay",
     .schema = &delay_seconds,
     .needed = Needed::yes,
     .about = "The seconds that a job may wait before another worker starts"},
};
constexpr Schema queue_delay{.type = Type::object, .fields = queue_delay_fields};

constexpr std::string_view request_count_tag[] = {"REQUEST_COUNT"};
constexpr Schema request_count_type{.type = Type::text, .choices = request_count_tag};
constexpr Field request_count_fields[] = {
    {.name = "type", .schema = &request_count_type, .needed = Needed::yes},
    {.name = "requestCount",
     .schema = &from_1,
     .needed = Needed::yes,
     .about = "The number of unfinished jobs for each worker that runs"},
};
constexpr Schema request_count{.type = Type::object, .fields = request_count_fields};

constexpr Variant scalers[] = {{"QUEUE_DELAY", &queue_delay}, {"REQUEST_COUNT", &request_count}};

}  // namespace

constexpr Schema endpoint_scaling{.type = Type::variants, .tag = "type", .variants = scalers};

namespace {

// Containers, of endpoints and templates

constexpr std::string_view about_args = "The arguments of the container's start command";
constexpr std::string_view about_disk = "The size of the container's disk in GB";
constexpr std::string_view about_env =
    "The container's environment variables; a whole map replaces the old one";
constexpr std::string_view about_image = "The container's image";
constexpr std::string_view about_ports = "The container's ports, such as 8000/http";
constexpr std::string_view about_registry = "The id of the credential for the image's registry; null: none";
constexpr std::string_view about_centers = "The data centers that workers may run in; none: anywhere";
constexpr std::string_view about_volumes = "The ids of network volumes";
constexpr std::string_view about_timeout = "The milliseconds that a job may run; 0: no limit";
constexpr std::string_view about_flashboot = "How a worker starts after it was idle";
constexpr std::string_view about_template =
    "The id of a template whose values count where the body has none; it is read once";
constexpr std::string_view about_gpu = "The GPUs of a worker; beside cpu it is refused";
constexpr std::string_view about_cpu = "The CPUs of a worker; beside gpu it is refused";

/// All of a container but its image.
constexpr std::array container_fields{
    Field{.name = "args", .schema = &text, .about = about_args},
    Field{.name = "disk", .schema = &from_1, .about = about_disk},
    Field{.name = "env", .schema = &text_map, .about = about_env},
    Field{.name = "ports", .schema = &texts, .about = about_ports},
    Field{.name = "registry", .schema = &text_or_null, .about = about_registry},
};

constexpr std::array create_endpoint_fields = concatenated(
    std::array{
        Field{.name = "name", .schema = &filled_text, .needed = Needed::yes},
        Field{.name = "type", .schema = &endpoint_type, .needed = Needed::yes},
        Field{.name = "scaling",
              .schema = &endpoint_scaling,
              .needed = Needed::yes,
              .only = {"type", "LOAD_BALANCER", "REQUEST_COUNT"}},
        Field{.name = "image", .schema = &text, .about = about_image, .unless = "templateId"},
    },
    container_fields,
    std::array{
        Field{.name = "gpu", .schema = &create_gpu, .about = about_gpu},
        Field{.name = "cpu", .schema = &cpus, .about = about_cpu},
        Field{.name = "workers", .schema = &create_workers},
        Field{.name = "dataCenterIds", .schema = &texts, .about = about_centers},
        Field{.name = "networkVolumes", .schema = &texts, .about = about_volumes},
        Field{.name = "timeout", .schema = &whole_number, .standard = "300000", .about = about_timeout},
        Field{.name = "flashboot",
              .schema = &endpoint_flashboot,
              .standard = "\"OFF\"",
              .about = about_flashboot},
        Field{.name = "templateId", .schema = &filled_text, .about = about_template},
    });

constexpr std::array update_endpoint_fields = concatenated(
    std::array{
        Field{.name = "name", .schema = &filled_text},
        Field{.name = "scaling", .schema = &endpoint_scaling},
        Field{.name = "image", .schema = &text, .about = about_image},
    },
    container_fields,
    std::array{
        Field{.name = "gpu", .schema = &update_gpu, .about = about_gpu},
        Field{.name = "cpu", .schema = &cpus, .about = about_cpu},
        Field{.name = "workers", .schema = &update_workers},
        Field{.name = "dataCenterIds", .schema = &texts, .about = about_centers},
        Field{.name = "networkVolumes", .schema = &texts, .about = about_volumes},
        Field{.name = "timeout", .schema = &whole_number, .about = about_timeout},
        Field{.name = "flashboot", .schema = &endpoint_flashboot, .about = about_flashboot},
        Field{.name = "templateId", .schema = &text, .about = about_template},
    });

// Templates

constexpr Field persistent_mount_fields[] = {
    {.name = "size", .schema = &from_10, .needed = Needed::yes, .about = "GB"},
    {.name = "path", .schema = &text, .needed = Needed::yes, .about = "Where the container finds it"},
};
constexpr Schema persistent_mount{.type = Type::object, .fields = persistent_mount_fields};
constexpr Field mounts_fields[] = {{.name = "persistent", .schema = &persistent_mount}};
constexpr Schema mounts{.type = Type::object, .fields = mounts_fields};

constexpr std::string_view about_public = "Others may use the template, too";
constexpr std::string_view about_serverless = "Endpoints may use the template";
constexpr std::string_view about_category = "The hardware that the image is made for";
constexpr std::string_view about_jupyter = "Kept for pods, which do not exist here";

constexpr std::array create_template_fields = concatenated(
    std::array{
        Field{.name = "name", .schema = &filled_text, .needed = Needed::yes},
        Field{.name = "image", .schema = &text, .needed = Needed::yes, .about = about_image},
    },
    container_fields,
    std::array{
        Field{.name = "mounts", .schema = &mounts},
        Field{.name = "allowedCudaVersions", .schema = &cudas, .about = about_cudas},
        Field{.name = "category", .schema = &category, .standard = "\"NVIDIA\"", .about = about_category},
        Field{.name = "public", .schema = &flag, .standard = "false", .about = about_public},
        Field{.name = "serverless", .schema = &flag, .standard = "false", .about = about_serverless},
        Field{.name = "startJupyter", .schema = &flag, .standard = "true", .about = about_jupyter},
        Field{.name = "startSsh", .schema = &flag, .standard = "true", .about = about_jupyter},
    });

constexpr std::array update_template_fields = for_change(create_template_fields);

// Network volumes, registries, the account

constexpr std::string_view about_size = "GB; a volume only grows";
constexpr Field create_network_volume_fields[] = {
    {.name = "name", .schema = &filled_text, .needed = Needed::yes},
    {.name = "size", .schema = &volume_size, .needed = Needed::yes, .about = about_size},
    {.name = "dataCenter", .schema = &filled_text, .needed = Needed::yes},
    {.name = "type", .schema = &volume_type},
};
constexpr Field update_network_volume_fields[] = {
    {.name = "name", .schema = &filled_text},
    {.name = "size", .schema = &volume_size, .about = about_size},
};

constexpr Field create_registry_fields[] = {
    {.name = "name", .schema = &filled_text, .needed = Needed::yes},
    {.name = "username", .schema = &filled_text, .needed = Needed::yes},
    {.name = "password", .schema = &filled_text, .needed = Needed::yes, .about = "It is never shown again"},
};

constexpr Schema one_ssh_key{.type = Type::text, .shape = &ssh_key};
constexpr Schema ssh_keys{.type = Type::list, .items = &one_ssh_key};
constexpr Field update_ssh_keys_fields[] = {
    {.name = "keys",
     .schema = &ssh_keys,
     .needed = Needed::yes,
     .about = "All public keys, each as in ~/.ssh/id_ed25519.pub; they replace those of before"},
};

}  // namespace

constexpr Schema create_endpoint_request{
    .type = Type::object, .name = "CreateEndpointRequest", .fields = create_endpoint_fields};
constexpr Schema update_endpoint_request{
    .type = Type::object, .name = "UpdateEndpointRequest", .fields = update_endpoint_fields};
constexpr Schema create_template_request{
    .type = Type::object, .name = "CreateTemplateRequest", .fields = create_template_fields};
constexpr Schema update_template_request{
    .type = Type::object, .name = "UpdateTemplateRequest", .fields = update_template_fields};
constexpr Schema create_network_volume_request{
    .type = Type::object, .name = "CreateNetworkVolumeRequest", .fields = create_network_volume_fields};
constexpr Schema update_network_volume_request{.type = Type::object,
                                               .name = "UpdateNetworkVolumeRequest",
                                               .least = 1,
                                               .fields = update_network_volume_fields};
constexpr Schema create_registry_request{
    .type = Type::object, .name = "CreateRegistryRequest", .fields = create_registry_fields};
constexpr Schema update_ssh_keys_request{
    .type = Type::object, .name = "UpdateSshKeysRequest", .fields = update_ssh_keys_fields};

std::span<const Schema* const> request_bodies() {
  static constexpr const Schema* all[] = {&create_endpoint_request,       &update_endpoint_request,
                                          &create_template_request,       &update_template_request,
                                          &create_network_volume_request, &update_network_volume_request,
                                          &create_registry_request,       &update_ssh_keys_request};
  return all;
}

std::optional<std::string_view> idle_timeout_problem(const JsonValue& body, std::string_view scaler) {
  const auto workers = body.member("workers"), scaling = body.member("scaling"), type = body.member("type");
  if (!workers || !workers->member("idleTimeout") || (type && type->text() != "QUEUE")) return std::nullopt;
  const auto given = scaling ? scaling->member("type") : std::nullopt;
  if (given) scaler = given->text();
  if (scaler != "REQUEST_COUNT") return std::nullopt;
  return "idleTimeout does not apply to queue-based endpoints scaling on requestCount";
}

}  // namespace pilotlight::api::rest_v2
