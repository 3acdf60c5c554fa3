#pragma once

#include "domain/definitions/fields.hpp"
#include "domain/definitions/template.hpp"

namespace pilotlight {

/// The fields of a template in the order of their stored bytes: a new one comes last (store/codec.hpp).
inline constexpr auto template_fields = [] {
  using T = Template;
  using P = TemplatePatch;
  return std::tuple{
      server_field(&T::id, "id"),
      field(&T::name, &P::name, "name").within(1, 191),
      field(&T::image, &P::image, "image").renews_workers(),
      field(&T::command, &P::command, "command").renews_workers(),
      field(&T::env, &P::env, "env").renews_workers(),
      field(&T::ports, &P::ports, "ports").renews_workers(),
      field(&T::container_disk_gb, &P::container_disk_gb, "container_disk_gb").at_least(0).renews_workers(),
      field(&T::volume_gb, &P::volume_gb, "volume_gb").at_least(0),
      field(&T::volume_mount_path, &P::volume_mount_path, "volume_mount_path").renews_workers(),
      field(&T::container_registry_auth_id, &P::container_registry_auth_id, "container_registry_auth_id")
          .renews_workers(),
      field(&T::readme, &P::readme, "readme"),
      field(&T::start_script, &P::start_script, "start_script").renews_workers(),
      field(&T::config_json, &P::config_json, "config_json"),
      field(&T::category, &P::category, "category"),
      field(&T::start_ssh, &P::start_ssh, "start_ssh"),
      field(&T::start_jupyter, &P::start_jupyter, "start_jupyter"),
      field(&T::is_public, &P::is_public, "is_public"),
      field(&T::is_serverless, &P::is_serverless, "is_serverless"),
      field(&T::advanced_start, &P::advanced_start, "advanced_start"),
      server_field(&T::bound_endpoint, "bound_endpoint"),
      server_field(&T::version, "version"),
      field(&T::init_timeout, &P::init_timeout, "init_timeout"),
      server_field(&T::account, "account"),
      field(&T::ports_config_json, &P::ports_config_json, "ports_config_json"),
      server_field(&T::created, "created"),
      field(&T::allowed_cuda_versions, &P::allowed_cuda_versions, "allowed_cuda_versions"),
  };
}();

}  // namespace pilotlight
