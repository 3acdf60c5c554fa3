#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/rate_limits.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "catalog/prices.hpp"
#include "domain/limits.hpp"
#include "keeper/host/listener.hpp"
#include "keeper/worker/cgroup.hpp"
#include "keeper/worker/given_folder.hpp"

namespace pilotlight::server {

enum class RuntimeChoice : std::uint8_t { process, none };
enum class DeleteEndpoint : std::uint8_t { refuse, drain };
enum class LogLevel : std::uint8_t { debug, info, warn, error };

/// Every setting of a server, checked. The defaults are those of the table of options.
struct ServerConfig {
  std::string data;
  keeper::HostPort listen;
  bool allow_remote_commands = false;
  RuntimeChoice runtime = RuntimeChoice::process;
  std::string public_url;  ///< without a slash at the end; empty: http:// and the bound address
  std::string api_key;     ///< empty: made at the first start
  std::string worker_user;
  keeper::FolderChoice worker_folder = keeper::FolderChoice::automatic;
  ByteCount worker_folder_copy_max = 0;
  milliseconds grace{};
  keeper::CgroupChoice cgroups = keeper::CgroupChoice::automatic;
  std::string cgroup_root;
  DeleteEndpoint delete_endpoint = DeleteEndpoint::refuse;
  std::string webhook_secret;  ///< empty: made at the first start
  bool webhook_internal = false;
  std::string secret_key_file;  ///< empty: the file secret-key in the data folder
  ByteCount result_max = 0;
  std::uint64_t queue_max = 0;  ///< 0: no bound
  PausedEndpoints paused_endpoints = PausedEndpoints::refuse;
  std::uint64_t templates_max = 0;
  std::uint64_t endpoints_max = 0;
  milliseconds idempotency_keep{};
  milliseconds run_ahead{};
  std::vector<api::RateLimit> rate_limits;
  catalog::Prices prices;
  std::string cors_origins;
  ByteCount disk_reserve = 0;
  std::uint32_t io_threads = 0;  ///< 0: chosen by the number of processors
  bool trace = true;
  ByteCount trace_size = 0;
  std::string limits_file;     ///< empty: none
  std::string limits_changed;  ///< the limits that it sets, for the log
  Limits limits;               ///< with what it sets; those that are options stand above
  LogLevel log_level = LogLevel::info;
};

}  // namespace pilotlight::server
