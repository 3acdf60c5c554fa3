#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/accounts/account.hpp"
#include "domain/ids.hpp"
#include "domain/payload.hpp"

namespace pilotlight {

/// What a worker runs: image, command and surroundings. Field names follow PodTemplate of the public API
/// (docs/protocol.md 11.2), where `command` is called dockerArgs.
struct Template {
  TemplateId id;
  std::string name;  ///< unique in the account among free-standing templates
  std::string image;
  std::string command;
  /// A JSON array [{"key":…,"value":…}]; a payload because values are secrets, which the core never sees.
  PayloadRef env;
  std::string ports;
  std::int64_t container_disk_gb = 0;
  std::int64_t volume_gb = 0;
  std::string volume_mount_path;
  std::string container_registry_auth_id;
  std::string readme;
  std::string start_script;
  std::string config_json;
  std::string category;
  bool start_ssh = false;
  bool start_jupyter = false;
  bool is_public = false;
  bool is_serverless = true;
  bool advanced_start = false;
  /// The endpoint that the template was made for, alone uses, and takes with it; empty: the template is
  /// free-standing.
  EndpointId bound_endpoint;
  std::int64_t version = 0;  ///< grows with every change that workers must see
  /// RUNPOD_INIT_TIMEOUT in `env`: how long a worker may take from its start to its first job-take
  /// (docs/protocol.md 2). nullopt: Limits::init_timeout.
  std::optional<milliseconds> init_timeout;
  AccountId account = AccountId::first;  ///< account that made it
  std::string ports_config_json;         ///< names of ports, as given: [{"port":…,"name":…}]; empty: none
  Timestamp created{};                   ///< the epoch: a version that noted no time made it
  std::string allowed_cuda_versions;     ///< comma separated, without effect; empty: any

  friend bool operator==(const Template&, const Template&) = default;
};

/// A change of a template: fields that are present are set, the others stay.
struct TemplatePatch {
  std::optional<std::string> name, image, command;
  std::optional<PayloadRef> env;
  std::optional<std::string> ports;
  std::optional<std::int64_t> container_disk_gb, volume_gb;
  std::optional<std::string> volume_mount_path, container_registry_auth_id, readme, start_script, config_json,
      category;
  std::optional<bool> start_ssh, start_jupyter, is_public, is_serverless, advanced_start;
  std::optional<std::optional<milliseconds>> init_timeout;  ///< present where `env` is
  std::optional<std::string> ports_config_json, allowed_cuda_versions;
};

// Their bytes are those of their fields, in the order of domain/definitions/template_fields.hpp.
template <>
struct CustomCodec<Template> {
  static void put(Encoder& out, const Template& value);
  static bool get(Decoder& in, Template& value);
};
template <>
struct CustomCodec<TemplatePatch> {
  static void put(Encoder& out, const TemplatePatch& patch);
  static bool get(Decoder& in, TemplatePatch& patch);
};

}  // namespace pilotlight
