#include "api/graphql/face.hpp"
#include "api/json.hpp"
#include "base/comma_list.hpp"
#include "domain/definitions/template_fields.hpp"

namespace pilotlight::api {
namespace face {
namespace {

/// JSON of any shape, which is kept as a text; null if there is nothing that can be read.
struct StoredJson {
  static std::optional<Error> read(const boost::json::value& given, const std::string& null_means,
                                   std::optional<std::string>& into) {
    into = given.is_null() ? null_means : json_of(given);
    return std::nullopt;
  }
  static boost::json::value write(const std::string& stored) {
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = stored.size();
    boost::json::value value = boost::json::parse(stored, error, {}, options);
    return error ? boost::json::value() : value;
  }
};

/// A list that is kept as a text with commas.
struct CommaSeparated {
  static std::optional<Error> read(const boost::json::value& given, const std::string& null_means,
                                   std::optional<std::string>& into) {
    into = null_means;
    if (given.is_null()) return std::nullopt;
    std::vector<std::string> items;
    from_json(given, items);
    into = comma_joined(items);
    return std::nullopt;
  }
  static boost::json::value write(const std::string& stored) {
    boost::json::array items;
    for (const std::string_view item : comma_parts(stored)) items.push_back(text(item));
    return items;
  }
};

constexpr std::tuple template_face{
    shown<&TemplatePatch::name>("name"),
    shown<&TemplatePatch::image>("imageName"),
    shown<&TemplatePatch::command>("dockerArgs"),
    shown<&TemplatePatch::ports>("ports"),
    shown<&TemplatePatch::container_disk_gb>("containerDiskInGb"),
    shown<&TemplatePatch::volume_gb>("volumeInGb"),
    shown<&TemplatePatch::volume_mount_path>("volumeMountPath"),
    shown<&TemplatePatch::container_registry_auth_id, NullIfEmpty>("containerRegistryAuthId"),
    shown<&TemplatePatch::readme>("readme"),
    shown<&TemplatePatch::start_script>("startScript"),
    shown<&TemplatePatch::start_ssh>("startSsh"),
    shown<&TemplatePatch::start_jupyter>("startJupyter"),
    shown<&TemplatePatch::is_public>("isPublic"),
    shown<&TemplatePatch::is_serverless>("isServerless"),
    shown<&TemplatePatch::advanced_start>("advancedStart"),
    shown<&TemplatePatch::category, NullIfEmpty>("category"),
    shown<&TemplatePatch::config_json, StoredJson>("config"),
    shown<&TemplatePatch::ports_config_json, StoredJson>("portsConfig"),
    shown<&TemplatePatch::allowed_cuda_versions, CommaSeparated>("allowedCudaVersions"),
};

}  // namespace
}  // namespace face

std::optional<Error> read_fields(const boost::json::object& input, TemplatePatch& patch) {
  return face::read_by<template_fields, Template>(face::template_face, input, patch);
}

std::vector<ShownField<Template>> shown_template_fields() {
  return face::fields_of<template_fields, Template>(face::template_face);
}

}  // namespace pilotlight::api
