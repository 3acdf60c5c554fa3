#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_document.hpp"
#include "api/json_writer.hpp"
#include "api/rest_v2/values.hpp"
#include "base/error.hpp"
#include "domain/definitions/template.hpp"
#include "service/workers/environment.hpp"

// The settings of a container, which several kinds of definitions have: image, args, disk, env, ports,
// registry. They are stored in a template.
namespace pilotlight::api::rest_v2 {

/// The members of an answer that shows a container.
namespace container_members {
inline constexpr Field image{
    .name = "image", .schema = &values::text, .needed = Needed::yes, .about = "Empty for local processes"};
inline constexpr Field args{.name = "args", .schema = &values::text, .needed = Needed::yes};
inline constexpr Field disk{
    .name = "disk", .schema = &values::from_1, .needed = Needed::yes, .about = "The size in GB"};
inline constexpr Field env{
    .name = "env", .schema = &values::text_map, .about = "Absent if the stored variables cannot be read"};
inline constexpr Field ports{.name = "ports", .schema = &values::texts, .needed = Needed::yes};
inline constexpr Field registry{.name = "registry", .schema = &values::text_or_null, .needed = Needed::yes};
}  // namespace container_members

/// Reads the members but env from a body, which its schema has accepted. `before`: the template as it is;
/// null for a new one. A member that says what is shown of `before` sets nothing, so that a stored value that
/// has no exact form here stays. Error: a value that is not accepted.
Result<TemplatePatch> read_container(const JsonValue& body, const Template* before);
/// The variables in env; nullopt without it.
std::optional<service::Environment> read_env(const JsonValue& body);

/// Writes the members. `variables`: nullopt if they cannot be read; of a name there is one.
void add_container(JsonWriter& json, const Template& value,
                   const std::optional<service::Environment>& variables);

/// A whole number of a body; the nearest of 64 bits for one beyond them.
std::int64_t nearest_whole(std::string_view number);

/// The refusal of elements that a comma list cannot hold; nullopt if it can. `place`: of the list in the
/// body.
std::optional<Error> unsound_elements(const std::vector<std::string>& elements, std::string_view place);
/// The texts of a list in a body.
std::vector<std::string> texts_of(const JsonValue& list);

}  // namespace pilotlight::api::rest_v2
