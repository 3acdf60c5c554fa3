#include "api/rest_v2/template_schemas.hpp"

#include "api/rest_v2/page.hpp"
#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using namespace values;

constexpr Field shown_mount_fields[] = {
    {.name = "size", .schema = &from_10, .needed = Needed::yes, .about = "GB"},
    {.name = "path", .schema = &text, .needed = Needed::yes},
};
constexpr Schema shown_mount{.type = Type::object, .fields = shown_mount_fields};
constexpr Field shown_mounts_fields[] = {{.name = "persistent", .schema = &shown_mount}};
constexpr Schema shown_mounts{.type = Type::object, .fields = shown_mounts_fields};
constexpr std::string_view shown_categories[] = {"CPU", "NVIDIA", "AMD"};
constexpr Schema template_category{.type = Type::text, .choices = shown_categories};

constexpr Field template_fields_shown[] = {
    {.name = "id", .schema = &text, .needed = Needed::yes},
    {.name = "name", .schema = &text, .needed = Needed::yes},
    {.name = "image", .schema = &text, .needed = Needed::yes},
    {.name = "args", .schema = &text, .needed = Needed::yes},
    {.name = "disk", .schema = &from_1, .needed = Needed::yes, .about = "GB"},
    {.name = "env", .schema = &text_map, .needed = Needed::yes},
    {.name = "ports", .schema = &texts, .needed = Needed::yes},
    {.name = "registry", .schema = &text_or_null, .needed = Needed::yes},
    {.name = "mounts", .schema = &shown_mounts, .needed = Needed::yes, .about = "Empty: there are none"},
    {.name = "serverless", .schema = &flag, .needed = Needed::yes},
    {.name = "public", .schema = &flag, .needed = Needed::yes},
    {.name = "category", .schema = &template_category, .needed = Needed::yes},
    {.name = "startSsh", .schema = &flag, .needed = Needed::yes},
    {.name = "startJupyter", .schema = &flag, .needed = Needed::yes},
    {.name = "allowedCudaVersions", .schema = &texts, .needed = Needed::yes},
};

}  // namespace

constexpr Schema template_answer{
    .type = Type::object, .name = "Template", .fields = template_fields_shown, .open = true};

namespace {

constexpr Schema shown_templates{.type = Type::list, .items = &template_answer};
constexpr Field list_templates_fields[] = {
    {.name = "templates", .schema = &shown_templates, .needed = Needed::yes}, pagination_field};

constexpr std::string_view template_sources[] = {"official", "verified", "community"};
constexpr Schema template_source{.type = Type::text, .choices = template_sources};
constexpr Field public_templates_fields[] = {{.name = "source",
                                              .schema = &template_source,
                                              .standard = "\"official\"",
                                              .about = "Who made the templates"},
                                             limit_field,
                                             cursor_field};

}  // namespace

constexpr Schema list_templates_answer{
    .type = Type::object, .name = "ListTemplatesResponse", .fields = list_templates_fields, .open = true};
constexpr Schema public_templates_query{.type = Type::object, .fields = public_templates_fields};

}  // namespace pilotlight::api::rest_v2
