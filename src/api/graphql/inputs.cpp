#include "api/graphql/inputs.hpp"

#include "api/graphql/faces.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

/// Clients send "" where they mean that there is none.
bool creates(const json::object& input) {
  return text_of(input, "id").empty();
}

/// Reads `env` into a patch's init timeout, and its text beside the patch.
template <class Patch>
std::optional<Error> read_env(const json::object& input, Patch& patch, std::optional<Body>& text) {
  const json::value* env = input.if_contains("env");
  if (env == nullptr) return std::nullopt;
  text.emplace();
  json::array kept;
  if (env->is_array())
    for (const json::value& entry : env->get_array())
      if (entry.is_object()) kept.push_back(entry);
  if (!kept.empty()) text = make_body(json::serialize(kept));
  const auto init_timeout = service::init_timeout_in(service::environment_from_json(*text));
  if (!init_timeout) return init_timeout.error();
  patch.init_timeout = *init_timeout;
  return std::nullopt;
}

bool is_given(const json::object& input, std::string_view name) {
  const json::value* value = input.if_contains(name);
  return value != nullptr && !value->is_null();
}

/// The template in an EndpointInput, if there is one.
std::optional<Error> read_template(const json::object& input, service::Wish<command::SaveEndpoint>& wish) {
  if (!is_given(input, "template")) return std::nullopt;
  const json::object& fields = input.at("template").as_object();
  command::InlineTemplate& with = wish.command.with.emplace();
  if (is_given(input, "bindEndpoint")) with.bound = input.at("bindEndpoint").as_bool();
  if (auto problem = read_fields(fields, with.patch)) return problem;
  return read_env(fields, with.patch, wish.template_env);
}

/// Deploys that need services of RunPod's own.
std::optional<Error> out_of_scope(const json::object& input) {
  if (is_given(input, "hubReleaseId"))
    return refusal(Errc::invalid,
                   "hubReleaseId is not supported: there is no Hub here; name the image of the release in a "
                   "template");
  if (is_given(input, "repo"))
    return refusal(Errc::invalid,
                   "repo is not supported: nothing is built from GitHub here; build the image and name it in "
                   "a template");
  if (is_given(input, "cloudStorageConfig"))
    return refusal(Errc::invalid,
                   "cloudStorageConfig is not supported; give workers the storage's keys in env, or jobs an "
                   "s3Config");
  return std::nullopt;
}

/// The refusal of a new endpoint that names no hardware or no template; nullopt: it names both.
std::optional<Error> missing(const command::SaveEndpoint& save) {
  const EndpointPatch& patch = save.patch;
  if (!save.create) return std::nullopt;
  const bool no_cpu = !patch.instance_ids || patch.instance_ids->empty();
  if (patch.gpu_ids.value_or("").empty() && no_cpu)
    return refusal(
        Errc::invalid,
        "gpuIds must not be empty; give GPU types such as \"AMPERE_16\", or instanceIds for CPU workers");
  if (!save.with && (!patch.template_id || patch.template_id->empty()))
    return refusal(Errc::invalid, "templateId is required; make a template with saveTemplate first");
  return std::nullopt;
}

}  // namespace

std::string text_of(const json::object& fields, std::string_view name) {
  const auto* value = fields.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<service::Wish<command::SaveEndpoint>> endpoint_from_input(const json::object& input) {
  service::Wish<command::SaveEndpoint> wish;
  wish.command.create = creates(input);
  if (!wish.command.create) {
    const auto id = EndpointId::parse(text_of(input, "id"));
    if (!id) return refusal(Errc::not_found, "Endpoint not found");
    wish.command.id = *id;
  }
  wish.command.whole_scaler_value = true;
  if (auto problem = out_of_scope(input)) return *problem;
  if (auto problem = read_fields(input, wish.command.patch)) return *problem;
  if (auto problem = read_env(input, wish.command.patch, wish.env)) return *problem;
  if (auto problem = read_template(input, wish)) return *problem;
  if (auto problem = missing(wish.command)) return *problem;
  return wish;
}

Result<service::Wish<command::SaveTemplate>> template_from_input(const json::object& input) {
  service::Wish<command::SaveTemplate> wish;
  wish.command.create = creates(input);
  if (!wish.command.create) {
    const auto id = TemplateId::parse(text_of(input, "id"));
    if (!id) return refusal(Errc::not_found, "Template not found");
    wish.command.id = *id;
  }
  if (auto problem = read_fields(input, wish.command.patch)) return *problem;
  if (auto problem = read_env(input, wish.command.patch, wish.env)) return *problem;
  return wish;
}

}  // namespace pilotlight::api
