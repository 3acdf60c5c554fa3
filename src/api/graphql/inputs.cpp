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

template <class Command>
std::optional<Error> read_env(const json::object& input, service::Wish<Command>& wish) {
  const json::value* env = input.if_contains("env");
  if (env == nullptr) return std::nullopt;
  wish.env.emplace();
  json::array kept;
  if (env->is_array())
    for (const json::value& entry : env->get_array())
      if (entry.is_object()) kept.push_back(entry);
  if (!kept.empty()) wish.env = make_body(json::serialize(kept));
  const auto init_timeout = service::init_timeout_in(service::environment_from_json(*wish.env));
  if (!init_timeout) return init_timeout.error();
  wish.command.patch.init_timeout = *init_timeout;
  return std::nullopt;
}

/// What a new endpoint must name, and an update may not take away.
std::optional<Error> missing(const command::SaveEndpoint& save) {
  const EndpointPatch& patch = save.patch;
  const bool no_gpu =
      save.create ? patch.gpu_ids.value_or("").empty() : patch.gpu_ids && patch.gpu_ids->empty();
  if (no_gpu && (!patch.instance_ids || patch.instance_ids->empty()))
    return refusal(
        Errc::invalid,
        "gpuIds must not be empty; give GPU types such as \"AMPERE_16\", or instanceIds for CPU workers");
  if (save.create && (!patch.template_id || patch.template_id->empty()))
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
  if (auto problem = read_fields(input, wish.command.patch)) return *problem;
  if (auto problem = read_env(input, wish)) return *problem;
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
  if (auto problem = read_env(input, wish)) return *problem;
  return wish;
}

}  // namespace pilotlight::api
