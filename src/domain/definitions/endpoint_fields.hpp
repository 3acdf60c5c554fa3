#pragma once

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/fields.hpp"

namespace pilotlight {

/// The fields of an endpoint in the order of their stored bytes: a new one comes last (store/codec.hpp).
inline constexpr auto endpoint_fields = [] {
  using E = Endpoint;
  using P = EndpointPatch;
  using Q = QueueSettings;
  constexpr milliseconds day{86'400'000};
  return std::tuple{
      server_field(&E::id, "id"),
      field(&E::name, &P::name, "name").within(1, 191),
      field(&E::template_id, &P::template_id, "template_id").renews_workers(),
      field(&E::kind, &P::kind, "kind"),
      field(&E::gpu_ids, &P::gpu_ids, "gpu_ids").renews_workers(),
      field(&E::gpu_count, &P::gpu_count, "gpu_count").within(1, 1024).renews_workers(),
      field(&E::instance_ids, &P::instance_ids, "instance_ids").renews_workers(),
      field(&E::workers_min, &P::workers_min, "workers_min").at_least(0),
      field(&E::workers_max, &P::workers_max, "workers_max").within(0, 10'000),
      field(&E::workers_standby, &P::workers_standby, "workers_standby"),
      field(&E::workers_pfb_target, &P::workers_pfb_target, "workers_pfb_target"),
      field(&E::idle_timeout, &P::idle_timeout, "idle_timeout").within(seconds{1}, seconds{3600}),
      field(&E::scaler_type, &P::scaler_type, "scaler_type"),
      field(&E::scaler_value_milli, &P::scaler_value_milli, "scaler_value_milli").within(500, 1'000'000'000),
      field(&E::execution_timeout, &P::execution_timeout, "execution_timeout")
          .within(seconds{5}, 7 * day)
          .or_zero(),
      field(&E::locations, &P::locations, "locations").renews_workers(),
      field(&E::data_center_ids, &P::data_center_ids, "data_center_ids").renews_workers(),
      field(&E::network_volume_id, &P::network_volume_id, "network_volume_id").renews_workers(),
      field(&E::network_volume_ids, &P::network_volume_ids, "network_volume_ids").renews_workers(),
      field(&E::allowed_cuda_versions, &P::allowed_cuda_versions, "allowed_cuda_versions").renews_workers(),
      field(&E::min_cuda_version, &P::min_cuda_version, "min_cuda_version").renews_workers(),
      field(&E::flash_boot, &P::flash_boot, "flash_boot").renews_workers(),
      field(&E::env, &P::env, "env").renews_workers(),
      field(&E::model_references, &P::model_references, "model_references").renews_workers(),
      field(&E::compliance, &P::compliance, "compliance"),
      server_field(&E::version, "version"),
      server_field(&E::created, "created"),
      field(&E::queue, &Q::retries_max, &P::retries_max, "retries_max").within(0, 100),
      field(&E::queue, &Q::retry_failed, &P::retry_failed, "retry_failed"),
      field(&E::queue, &Q::retry_delay, &P::retry_delay, "retry_delay").within(milliseconds{0}, day),
      field(&E::queue, &Q::retry_delay_max, &P::retry_delay_max, "retry_delay_max")
          .within(milliseconds{0}, day),
      field(&E::queue, &Q::dead_letter_keep, &P::dead_letter_keep, "dead_letter_keep")
          .within(milliseconds{0}, 24 * day),
      field(&E::queue, &Q::queue_max, &P::queue_max, "queue_max").at_least(0),
      field(&E::init_timeout, &P::init_timeout, "init_timeout"),
      server_field(&E::polled_by_hand, "polled_by_hand"),
      server_field(&E::account, "account"),
      field(&E::ttl, &P::ttl, "ttl").within(seconds{10}, 7 * day),
      field(&E::flash_environment_id, &P::flash_environment_id, "flash_environment_id"),
  };
}();

}  // namespace pilotlight
