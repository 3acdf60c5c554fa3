#include "api/rest_v2/catalog_schemas.hpp"

#include "api/rest_v2/page.hpp"
#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using namespace values;

// Parts of queries

constexpr std::string_view catalog_includes[] = {"AVAILABILITY"};
constexpr Schema catalog_include{.type = Type::text, .choices = catalog_includes};
constexpr Schema catalog_include_list{.type = Type::list, .items = &catalog_include, .unique = true};
constexpr Field include_field{
    .name = "include", .schema = &catalog_include_list, .about = "Shows availability; only beside product"};

constexpr std::string_view gpu_products[] = {"POD", "CLUSTER", "SERVERLESS"};
constexpr Schema gpu_product{.type = Type::text, .choices = gpu_products};
constexpr Schema gpu_product_list{.type = Type::list, .items = &gpu_product};
constexpr std::string_view about_product = "What the hardware is for; only beside include=AVAILABILITY";
constexpr std::string_view cpu_products[] = {"POD", "SERVERLESS"};
constexpr Schema cpu_product{.type = Type::text, .choices = cpu_products};
constexpr Schema cpu_product_list{.type = Type::list, .items = &cpu_product};

constexpr std::string_view gpu_clouds[] = {"SECURE", "COMMUNITY"};
constexpr Schema gpu_cloud{.type = Type::text, .choices = gpu_clouds};
constexpr Schema one_country{.type = Type::text, .shape = &country_code};
constexpr Schema countries{.type = Type::list, .items = &one_country};
constexpr Schema one_cuda{.type = Type::text, .shape = &cuda_version};
constexpr Schema cuda_list{.type = Type::list, .items = &one_cuda};
constexpr Schema least_cuda{.type = Type::text, .shape = &cuda_minimum};

constexpr Field gpu_product_field{.name = "product", .schema = &gpu_product_list, .about = about_product};
constexpr Field gpu_count_field{.name = "count",
                                .schema = &from_1,
                                .standard = "1",
                                .about = "The number of GPUs that must be available together"};
constexpr Field cloud_field{.name = "cloud",
                            .schema = &gpu_cloud,
                            .about = "Where the GPUs must be available; nothing is in COMMUNITY"};
constexpr Field countries_field{.name = "countryCodes",
                                .schema = &countries,
                                .about = "The countries of the data centers that count; none: all"};
constexpr Field cudas_field{.name = "cudaVersions",
                            .schema = &cuda_list,
                            .about = "The CUDA versions that count; not beside minCudaVersion"};
constexpr Field least_cuda_field{
    .name = "minCudaVersion", .schema = &least_cuda, .about = "The least CUDA version that counts"};

constexpr Field gpu_type_query_fields[] = {include_field,   gpu_product_field, gpu_count_field, cloud_field,
                                           countries_field, cudas_field,       least_cuda_field};
constexpr Field gpu_types_query_fields[] = {include_field,    gpu_product_field, gpu_count_field,
                                            cloud_field,      countries_field,   cudas_field,
                                            least_cuda_field, limit_field,       cursor_field};

constexpr Field cpu_product_field{.name = "product", .schema = &cpu_product_list, .about = about_product};
constexpr Field vcpus_field{.name = "vcpuCount",
                            .schema = &from_2,
                            .about = "The number of virtual CPUs of one worker, a power of two"};
constexpr Field cpu_type_query_fields[] = {include_field, cpu_product_field, vcpus_field};
constexpr Field cpu_types_query_fields[] = {include_field, cpu_product_field, vcpus_field, limit_field,
                                            cursor_field};

constexpr std::string_view center_includes[] = {"GPU_AVAILABILITY", "CPU_AVAILABILITY"};
constexpr Schema center_include{.type = Type::text, .choices = center_includes};
constexpr Schema center_include_list{.type = Type::list, .items = &center_include};
constexpr std::string_view regions[] = {"NORTH_AMERICA", "SOUTH_AMERICA", "EUROPE",
                                        "ASIA",          "MIDDLE_EAST",   "AFRICA",
                                        "OCEANIA",       "ANTARCTICA",    "UNKNOWN"};
constexpr Schema region{.type = Type::text, .choices = regions};
constexpr Schema region_list{.type = Type::list, .items = &region};
constexpr std::string_view center_volume_types[] = {"STANDARD", "HIGH_PERFORMANCE"};
constexpr Schema center_volume_type{.type = Type::text, .choices = center_volume_types};
constexpr Schema center_volume_type_list{.type = Type::list, .items = &center_volume_type};
constexpr std::string_view compliances[] = {"GDPR",    "ISO_IEC_27001", "ISO_14001",    "PCI_DSS",
                                            "HITRUST", "SOC_1_TYPE_2",  "SOC_2_TYPE_2", "SOC_3_TYPE_2",
                                            "ITAR",    "FISMA_HIGH",    "HIPAA",        "RENEWABLE"};
constexpr Schema compliance{.type = Type::text, .choices = compliances};
constexpr Schema compliance_list{.type = Type::list, .items = &compliance};

constexpr Field center_include_field{.name = "include", .schema = &center_include_list};
constexpr Field data_center_query_fields[] = {center_include_field};
constexpr Field data_centers_query_fields[] = {
    center_include_field,
    {.name = "regions", .schema = &region_list, .about = "In one of these regions"},
    {.name = "networkVolumeTypes",
     .schema = &center_volume_type_list,
     .about = "With all these types of network volumes"},
    {.name = "compliance", .schema = &compliance_list, .about = "With all these certificates"},
    {.name = "globalNetwork", .schema = &flag, .about = "With a global network, or without one"},
    limit_field,
    cursor_field};

// Parts of answers

constexpr std::string_view availabilities[] = {"NONE", "LOW", "MEDIUM", "HIGH"};
constexpr Schema availability{.type = Type::text, .name = "AvailabilityLevel", .choices = availabilities};
constexpr Field available_thing_fields[] = {
    {.name = "id", .schema = &text, .needed = Needed::yes},
    {.name = "name", .schema = &text, .needed = Needed::yes},
    {.name = "availability", .schema = &availability, .needed = Needed::yes}};
constexpr Schema available_center{
    .type = Type::object, .name = "DataCenterAvailability", .fields = available_thing_fields, .open = true};
constexpr Schema available_centers{.type = Type::list, .items = &available_center};
constexpr Schema available_resource{.type = Type::object,
                                    .name = "CatalogResourceAvailability",
                                    .fields = available_thing_fields,
                                    .open = true};
constexpr Schema available_resources{.type = Type::list, .items = &available_resource};
constexpr Field available_cuda_fields[] = {{.name = "version", .schema = &one_cuda, .needed = Needed::yes},
                                           {.name = "available", .schema = &flag, .needed = Needed::yes}};
constexpr Schema available_cuda{
    .type = Type::object, .name = "CudaVersionAvailability", .fields = available_cuda_fields, .open = true};
constexpr Schema available_cudas{.type = Type::list, .items = &available_cuda};

constexpr std::string_view manufacturers[] = {"NVIDIA", "AMD", "UNKNOWN"};
constexpr Schema manufacturer{.type = Type::text, .choices = manufacturers};
constexpr std::string_view about_card_price = "Dollars per hour and card, as the option prices sets them";
constexpr std::string_view about_cpu_price = "Dollars per hour, as the option prices sets them";
constexpr Field gpu_price_fields[] = {{.name = "secure", .schema = &number, .needed = Needed::yes},
                                      {.name = "community", .schema = &number, .needed = Needed::yes},
                                      {.name = "serverless", .schema = &number}};
constexpr Schema gpu_price{.type = Type::object, .fields = gpu_price_fields, .open = true};
constexpr Field gpu_most_fields[] = {{.name = "secure", .schema = &whole_number, .needed = Needed::yes},
                                     {.name = "community", .schema = &whole_number, .needed = Needed::yes}};
constexpr Schema gpu_most{.type = Type::object, .fields = gpu_most_fields, .open = true};
constexpr Field gpu_type_fields[] = {
    {.name = "id", .schema = &text, .needed = Needed::yes},
    {.name = "name", .schema = &text, .needed = Needed::yes},
    {.name = "pool", .schema = &text_or_null, .needed = Needed::yes},
    {.name = "manufacturer", .schema = &manufacturer, .needed = Needed::yes},
    {.name = "memory", .schema = &whole_number, .needed = Needed::yes, .about = "GB"},
    {.name = "secure", .schema = &flag, .needed = Needed::yes},
    {.name = "community", .schema = &flag, .needed = Needed::yes},
    {.name = "price", .schema = &gpu_price, .needed = Needed::yes, .about = about_card_price},
    {.name = "maxCount", .schema = &gpu_most, .needed = Needed::yes},
    {.name = "availability", .schema = &availability},
    {.name = "dataCenters", .schema = &available_centers},
    {.name = "cudaVersions", .schema = &available_cudas}};

constexpr Field vcpu_fields[] = {{.name = "min", .schema = &whole_number, .needed = Needed::yes},
                                 {.name = "max", .schema = &whole_number, .needed = Needed::yes}};
constexpr Schema vcpu{.type = Type::object, .fields = vcpu_fields, .open = true};
constexpr Field cpu_price_fields[] = {
    {.name = "securePerVcpu", .schema = &number, .needed = Needed::yes},
    {.name = "serverlessPerVcpu", .schema = &number, .needed = Needed::yes}};
constexpr Schema cpu_price{.type = Type::object, .fields = cpu_price_fields, .open = true};
constexpr Field cpu_type_fields[] = {
    {.name = "id", .schema = &text, .needed = Needed::yes},
    {.name = "name", .schema = &text, .needed = Needed::yes},
    {.name = "group", .schema = &text, .needed = Needed::yes},
    {.name = "vcpu", .schema = &vcpu, .needed = Needed::yes},
    {.name = "ramGbPerVcpu", .schema = &number, .needed = Needed::yes},
    {.name = "price", .schema = &cpu_price, .needed = Needed::yes, .about = about_cpu_price},
    {.name = "availability", .schema = &availability},
    {.name = "dataCenters", .schema = &available_centers}};

constexpr Field data_center_fields[] = {
    {.name = "id", .schema = &text, .needed = Needed::yes},
    {.name = "name", .schema = &text, .needed = Needed::yes},
    {.name = "region", .schema = &region, .needed = Needed::yes},
    {.name = "globalNetwork", .schema = &flag, .needed = Needed::yes},
    {.name = "networkVolumeTypes", .schema = &center_volume_type_list, .needed = Needed::yes},
    {.name = "compliance", .schema = &compliance_list, .needed = Needed::yes},
    {.name = "gpuAvailability", .schema = &available_resources},
    {.name = "cpuAvailability", .schema = &available_resources}};

}  // namespace

constexpr Schema gpu_types_query{.type = Type::object, .fields = gpu_types_query_fields};
constexpr Schema gpu_type_query{.type = Type::object, .fields = gpu_type_query_fields};
constexpr Schema cpu_types_query{.type = Type::object, .fields = cpu_types_query_fields};
constexpr Schema cpu_type_query{.type = Type::object, .fields = cpu_type_query_fields};
constexpr Schema data_centers_query{.type = Type::object, .fields = data_centers_query_fields};
constexpr Schema data_center_query{.type = Type::object, .fields = data_center_query_fields};

constexpr Schema gpu_type_answer{
    .type = Type::object, .name = "GpuType", .fields = gpu_type_fields, .open = true};
constexpr Schema cpu_type_answer{
    .type = Type::object, .name = "CpuType", .fields = cpu_type_fields, .open = true};
constexpr Schema data_center_answer{
    .type = Type::object, .name = "DataCenter", .fields = data_center_fields, .open = true};

namespace {

constexpr Schema gpu_type_list{.type = Type::list, .items = &gpu_type_answer};
constexpr Field list_gpu_types_fields[] = {{.name = "gpus", .schema = &gpu_type_list, .needed = Needed::yes},
                                           pagination_field};
constexpr Schema cpu_type_list{.type = Type::list, .items = &cpu_type_answer};
constexpr Field list_cpu_types_fields[] = {{.name = "cpus", .schema = &cpu_type_list, .needed = Needed::yes},
                                           pagination_field};
constexpr Schema data_center_list{.type = Type::list, .items = &data_center_answer};
constexpr Field list_data_centers_fields[] = {
    {.name = "dataCenters", .schema = &data_center_list, .needed = Needed::yes}, pagination_field};

}  // namespace

constexpr Schema list_gpu_types_answer{
    .type = Type::object, .name = "ListGpuTypesResponse", .fields = list_gpu_types_fields, .open = true};
constexpr Schema list_cpu_types_answer{
    .type = Type::object, .name = "ListCpuTypesResponse", .fields = list_cpu_types_fields, .open = true};
constexpr Schema list_data_centers_answer{.type = Type::object,
                                          .name = "ListDataCentersResponse",
                                          .fields = list_data_centers_fields,
                                          .open = true};

}  // namespace pilotlight::api::rest_v2
