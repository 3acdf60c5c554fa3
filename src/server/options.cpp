#include "server/options.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "api/cross_origin.hpp"
#include "server/first_start.hpp"
#include "server/limits_file.hpp"

namespace pilotlight::server {
namespace {

using namespace literals;
using Config = ServerConfig;
using Value = OptionValue;

constexpr std::int64_t kib = 1 << 10;
constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t gib = 1 << 30;
constexpr std::int64_t hour_ms = 3'600'000;

std::string without_last_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// clang-format off
constexpr auto table = std::to_array<Option>({
    {"data", OptionKind::text, "./pilotlight-data",
     "Folder for everything that the server stores, and for the logs of its workers. The server makes the folder with mode 0700. Only one server can use it at a time.",
     [](Config& c, const Value& v) { c.data = v.text; }},
    {"listen", OptionKind::address, "127.0.0.1:8080",
     "Address on which the server serves HTTP. Port 0 picks a free port. The server writes the address in use to the file `address` in the data folder.",
     [](Config& c, const Value& v) { c.listen = v.address; }},
    {"allow-remote-commands", OptionKind::toggle, "off",
     "Allow the process runtime on an address that other machines reach. Everybody who has the API key can then run commands on this machine.",
     [](Config& c, const Value& v) { c.allow_remote_commands = v.number != 0; }},
    {"public-url", OptionKind::text, "",
     "URL at which workers and clients reach this server, for example https://pilot.example.org. Empty: http:// and the address that the server listens on.",
     [](Config& c, const Value& v) { c.public_url = without_last_slash(v.text); }},
    {"api-key", OptionKind::text, "",
     "API key that replaces the one made at the first start: 16 to 1024 visible ASCII characters, no spaces.",
     [](Config& c, const Value& v) { c.api_key = v.text; }, 0, 0, {}, true},
    {"runtime", OptionKind::choice, "process",
     "How workers start. process: the server runs them as commands on this machine. none: the server starts no workers; you start them by hand.",
     [](Config& c, const Value& v) { c.runtime = static_cast<RuntimeChoice>(v.number); }, 0, 0, "process|none"},
    {"worker-user", OptionKind::text, "",
     "User as whom the process runtime runs workers; needs a server that runs as root. Empty: the server's own user.",
     [](Config& c, const Value& v) { c.worker_user = v.text; }},
    {"worker-folder", OptionKind::choice, "auto",
     "How a worker gets the folder of an image `process:/folder`. overlay: at the folder's own path, under an overlay; files that the worker writes are gone when the worker ends. This needs mount namespaces (Linux 5.11; without root also user namespaces); without them the server does not start. copy: each worker gets a copy of the folder. auto: overlay if possible, else copy. link: each worker gets links to the folder's entries; what a worker writes into existing files and subfolders changes them for everybody.",
     [](Config& c, const Value& v) { c.worker_folder = static_cast<keeper::FolderChoice>(v.number); }, 0, 0, "auto|overlay|copy|link"},
    {"worker-folder-copy-max", OptionKind::size, "1GiB",
     "Largest folder that is copied for a worker. A worker with a larger folder does not start, and its error says what to do.",
     [](Config& c, const Value& v) { c.worker_folder_copy_max = static_cast<ByteCount>(v.number); }, mib, 1024 * gib},
    {"cgroups", OptionKind::choice, "auto",
     "Version of the cgroups with which the process runtime finds and kills every process that a worker has started. auto: v2 if the machine has a v2 tree, else v1, else off.",
     [](Config& c, const Value& v) { c.cgroups = static_cast<keeper::CgroupChoice>(v.number); }, 0, 0, "auto|v1|v2|off"},
    {"cgroup-root", OptionKind::text, "/sys/fs/cgroup",
     "Folder that holds the cgroup trees.",
     [](Config& c, const Value& v) { c.cgroup_root = v.text; }},
    {"grace", OptionKind::duration, "30s",
     "How long running jobs may take to end after SIGTERM, SIGINT or SIGHUP. A second signal ends the server at once. A signal that is ignored when the server starts stays ignored, so nohup works.",
     [](Config& c, const Value& v) { c.grace = milliseconds{v.number}; }, 0, hour_ms},
    {"delete-endpoint", OptionKind::choice, "refuse",
     "What deleteEndpoint does while workersMin or workersMax is not zero. refuse: it fails. drain: the server stops the workers once they are idle, then deletes the endpoint.",
     [](Config& c, const Value& v) { c.delete_endpoint = static_cast<DeleteEndpoint>(v.number); }, 0, 0, "refuse|drain"},
    {"webhook-secret", OptionKind::text, "",
     "Key that signs webhooks: whsec_ and base64, as the Standard Webhooks libraries take it. Empty: the key that the first start made and stored in the file `webhook-secret` in the data folder.",
     [](Config& c, const Value& v) { c.webhook_secret = v.text; }, 0, 0, {}, true},
    {"webhook-internal", OptionKind::toggle, "off",
     "Also send webhooks to addresses of this machine and of private networks. Everybody who can submit jobs can then send requests to services that only the server reaches.",
     [](Config& c, const Value& v) { c.webhook_internal = v.number != 0; }},
    {"secret-key-file", OptionKind::text, "",
     "File with the key that seals secrets and registry passwords, which nobody can read without it: back it up. The first of them makes the file, with mode 0600. Empty: the file `secret-key` in the data folder.",
     [](Config& c, const Value& v) { c.secret_key_file = v.text; }},
    {"result-max", OptionKind::size, "64MiB",
     "Largest result of a job. A job with a larger result ends FAILED with `output too large`.",
     [](Config& c, const Value& v) { c.result_max = static_cast<ByteCount>(v.number); }, kib, gib},
    {"queue-max", OptionKind::count, "0",
     "Number of jobs that may wait on one endpoint. Further jobs are refused with 429. 0: no limit.",
     [](Config& c, const Value& v) { c.queue_max = static_cast<std::uint64_t>(v.number); }, 0, 2'000'000},
    {"paused-endpoints", OptionKind::choice, "refuse",
     "What an endpoint with workersMax 0 does with new jobs until a worker that was started by hand asks for a job. refuse: it refuses them with 409 ENDPOINT_PAUSED, as RunPod does. queue: the jobs wait. With `--runtime none` the default is queue.",
     [](Config& c, const Value& v) { c.paused_endpoints = static_cast<PausedEndpoints>(v.number); }, 0, 0, "refuse|queue"},
    {"templates-max", OptionKind::count, "10000",
     "Number of templates that there may be; saveTemplate makes no more. Existing templates stay, even above the limit.",
     [](Config& c, const Value& v) { c.templates_max = static_cast<std::uint64_t>(v.number); }, 1, 1'000'000},
    {"endpoints-max", OptionKind::count, "10000",
     "Number of endpoints that there may be; saveEndpoint makes no more. Existing endpoints stay, even above the limit.",
     [](Config& c, const Value& v) { c.endpoints_max = static_cast<std::uint64_t>(v.number); }, 1, 1'000'000},
    {"idempotency-keep", OptionKind::duration, "24h",
     "How long the server remembers an Idempotency-Key. During this time, requests with the same key get the job of the first request.",
     [](Config& c, const Value& v) { c.idempotency_keep = milliseconds{v.number}; }, 60'000, 30 * 24 * hour_ms},
    {"run-ahead", OptionKind::duration, "1s",
     "Batch short jobs: when no other worker is free, send a worker as many queued jobs as it should finish within this time. Only workers whose runpod package pauses after each take and accepts a batch (1.7.6 up to 2.0) get batches. 0s disables batching.",
     [](Config& c, const Value& v) { c.run_ahead = milliseconds{v.number}; }, 0, 60'000},
    {"rate-limits", OptionKind::text, "",
     "How often operations of the job API may be called with one key on one endpoint: OPERATION=COUNT/TIME:CONCURRENT, separated by commas, for example run=1000/10s:200,health=5/1s. management=COUNT/TIME bounds all requests of REST v2 with one key, and may stand there for several times. Further calls are refused with 429. runpod: the limits that RunPod documents. Empty: no limits.",
     [](Config&, const Value&) {}},
    {"prices", OptionKind::text, "",
     "Prices that the catalog shows, in dollars an hour: ID=DOLLARS, separated by commas, for example NVIDIA H200=3.99,AMPERE_24=0.43,cpu3c=0.03. A GPU type's price is of one card; a pool's is of one card of each of its types that is not named itself; a CPU flavor's is of one virtual CPU. What is not named costs 0. Nothing is billed. The prices are shown without a key, as all of the catalog is.",
     [](Config&, const Value&) {}},
    {"cors-origins", OptionKind::text, "*",
     "Origins of web pages whose scripts may use the job API, separated by commas, for example https://app.example.org. *: all origins. none: no origin. The scripts need the API key in any case.",
     [](Config& c, const Value& v) { c.cors_origins = v.text; }},
    {"disk-reserve", OptionKind::size, "256MiB",
     "Free disk space below which new jobs are refused with 503, so that the results of accepted jobs still fit.",
     [](Config& c, const Value& v) { c.disk_reserve = static_cast<ByteCount>(v.number); }, 0, 1024 * gib},
    {"io-threads", OptionKind::count, "0",
     "Number of threads that serve connections. 0: chosen by the number of processors.",
     [](Config& c, const Value& v) { c.io_threads = static_cast<std::uint32_t>(v.number); }, 0, 64},
    {"trace", OptionKind::toggle, "on",
     "Record every command of the control plane in the folder `trace` of the data folder, so that an incident can be replayed. Bodies and secrets are not recorded.",
     [](Config& c, const Value& v) { c.trace = v.number != 0; }},
    {"trace-size", OptionKind::size, "256MiB",
     "Disk space that the trace may take; the server deletes the oldest part first.",
     [](Config& c, const Value& v) { c.trace_size = static_cast<ByteCount>(v.number); }, mib, 1024 * gib},
    {"limits", OptionKind::text, "",
     "For tests: a TOML file that changes times and bounds of the control plane which are fixed otherwise, for example ping-interval = \"1s\". Needs an address that no other machine reaches.",
     [](Config& c, const Value& v) { c.limits_file = v.text; }},
    {"log-level", OptionKind::choice, "info",
     "Lowest level of the lines that the server logs to standard error.",
     [](Config& c, const Value& v) { c.log_level = static_cast<LogLevel>(v.number); }, 0, 0, "debug|info|warn|error"},
});
// clang-format on

Result<void> check_url(const std::string& url) {
  if (url.empty()) return {};
  const bool good =
      (url.starts_with("http://") && url.size() > 7) || (url.starts_with("https://") && url.size() > 8);
  if (good && url.find_first_of(" \t\r\n\"<>") == url.npos) return {};
  return refusal(Errc::invalid,
                 "option \"public-url\": \"" + url + "\" must begin with http:// or https:// and a host");
}

Result<void> check_remote(const ServerConfig& config) {
  if (config.runtime != RuntimeChoice::process || config.listen.loopback() || config.allow_remote_commands)
    return {};
  const std::string user = !config.worker_user.empty() ? "user " + config.worker_user
                           : ::geteuid() == 0          ? "root"
                                                       : "you";
  return refusal(Errc::invalid,
                 "listening on " + config.listen.text() +
                     " lets everybody who has the API key and reaches this machine run commands on it as " +
                     user + ", because workers are commands. To allow this, add --allow-remote-commands; " +
                     "otherwise listen on 127.0.0.1, or use --runtime none");
}

}  // namespace

std::span<const Option> options() {
  return table;
}

const Option* find_option(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Option& o) { return o.name == name; });
  return found == table.end() ? nullptr : &*found;
}

Result<ServerConfig> make_config(const OptionTexts& texts) {
  ServerConfig config;
  for (const Option& option : table) {
    const auto given = texts.find(option.name);
    const auto value = read_value(option, given == texts.end() ? option.standard : given->second);
    if (!value) return value.error();
    option.set(config, *value);
  }
  if (config.runtime == RuntimeChoice::none && !texts.contains("paused-endpoints"))
    config.paused_endpoints = PausedEndpoints::queue;
  const auto limits = texts.find("rate-limits");
  auto parsed = parse_rate_limits(limits == texts.end() ? std::string_view() : limits->second);
  if (!parsed) return parsed.error();
  config.rate_limits = std::move(*parsed);
  const auto prices = texts.find("prices");
  auto priced = parse_prices(prices == texts.end() ? std::string_view() : prices->second);
  if (!priced) return priced.error();
  config.prices = std::move(*priced);
  if (const std::string problem = api::CrossOrigins::problem(config.cors_origins); !problem.empty())
    return refusal(Errc::invalid, "option \"cors-origins\": " + problem);
  if (!config.api_key.empty())
    if (const std::string problem = key_problem(config.api_key); !problem.empty())
      return refusal(Errc::invalid, "option \"api-key\": " + problem);
  if (config.data.empty()) return refusal(Errc::invalid, "option \"data\" must name a folder");
  if (auto url = check_url(config.public_url); !url) return url.error();
  if (!config.webhook_secret.empty() && !webhook_key(config.webhook_secret))
    return refusal(Errc::invalid, "option \"webhook-secret\" must be whsec_ and a key in base64");
  if (auto remote = check_remote(config); !remote) return remote.error();
  if (config.limits_file.empty()) return config;
  if (!config.listen.loopback())
    return refusal(Errc::invalid,
                   "option \"limits\" is for tests and needs an address that no other machine reaches; "
                   "listen on 127.0.0.1");
  auto changed = read_limits(config.limits_file, config.limits);
  if (!changed) return changed.error();
  config.limits_changed = std::move(*changed);
  return config;
}

}  // namespace pilotlight::server
