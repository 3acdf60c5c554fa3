#include "server/run_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <set>
#include <thread>

#include "api/all_doors.hpp"
#include "api/jobs/webhooks.hpp"
#include "base/log.hpp"
#include "domain/command.hpp"
#include "domain/record.hpp"
#include "domain/webhooks/effects.hpp"
#include "keeper/data_folder.hpp"
#include "net/router.hpp"
#include "net/server.hpp"
#include "runtime/none/no_runtime.hpp"
#include "runtime/process/process_runtime.hpp"
#include "runtime/router.hpp"
#include "server/effects.hpp"
#include "server/first_start.hpp"
#include "service/credentials/sealed_secrets.hpp"
#include "service/credentials/sealing.hpp"
#include "service/definitions/volume_folders.hpp"
#include "service/webhooks/outbox.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace pilotlight::server {
namespace {

constexpr std::chrono::seconds exit_overtakes_at_most{5};
constexpr std::chrono::milliseconds first_words{200};  ///< for clients that have just connected
constexpr std::chrono::milliseconds last_answers{2'000};

/// Which address a listening socket has, as workers on this machine reach it.
std::string listening_url(int fd) {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size);
  char text[INET6_ADDRSTRLEN] = "127.0.0.1";
  std::uint16_t port = 0;
  if (where.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(where);
    port = ntohs(six.sin6_port);
    const bool any = IN6_IS_ADDR_UNSPECIFIED(&six.sin6_addr);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    return "http://[" + std::string(any ? "::1" : text) + "]:" + std::to_string(port);
  }
  const auto& four = reinterpret_cast<const sockaddr_in&>(where);
  port = ntohs(four.sin_port);
  if (four.sin_addr.s_addr != INADDR_ANY) ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
  return "http://" + std::string(text) + ":" + std::to_string(port);
}

unsigned io_threads(const ServerConfig& config) {
  if (config.io_threads > 0) return config.io_threads;
  return std::clamp(std::thread::hardware_concurrency() / 2, 2U, 4U);
}

/// How the main thread waits for the end, with nothing else to do than what the log has left over.
class End {
 public:
  void reach() {
    {
      const std::lock_guard lock(mutex_);
      reached_ = true;
    }
    wake_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::seconds{1}, [this] { return reached_; })) log::tell_repeated();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool reached_ = false;
};

std::vector<std::unique_ptr<Runtime>> make_runtimes(RuntimeChoice choice, keeper::KeeperClient& keeper) {
  std::vector<std::unique_ptr<Runtime>> all;
  if (choice == RuntimeChoice::process) all.push_back(std::make_unique<runtime::ProcessRuntime>(keeper));
  if (choice == RuntimeChoice::none) all.push_back(std::make_unique<runtime::NoRuntime>());
  return all;
}

/// The secrets and registry credentials that a start finds in the store.
struct StoredCredentials {
  std::vector<std::shared_ptr<const Secret>> secrets;
  std::vector<RegistryCredential> registries;

  void take(const Record& record) {
    if (const auto* secret = std::get_if<record::SecretSaved>(&record))
      secrets.push_back(std::make_shared<const Secret>(secret->value));
    if (const auto* registry = std::get_if<record::RegistrySaved>(&record))
      registries.push_back(registry->value);
  }
};

/// The parts of a running server, in order of construction; they end in reverse.
class Parts {
 public:
  Parts(const ServerConfig& config, keeper::KeeperLink link, std::unique_ptr<Store> store, std::string secret)
      : link_(std::move(link)),
        store_(std::move(store)),
        tokens_(std::move(secret)),
        runtime_(make_runtimes(config.runtime, *link_.keeper)),
        settings_{config.public_url.empty() ? listening_url(link_.listener.get()) : config.public_url,
                  config.result_max, config.delete_endpoint == DeleteEndpoint::drain, config.limits.poll_hold,
                  config.prices},
        rate_limits_(config.rate_limits),
        cross_origins_(config.cors_origins),
        sealing_(config.secret_key_file.empty() ? config.data + "/secret-key" : config.secret_key_file),
        starts_(*store_, runtime_, tokens_, secrets_, sealing_, settings_.public_url),
        keys_(
            *link_.clock,
            [this](const ApiKeyId& key) { engine_.submit(engine::Lane::control, command::NoteKeyUse{key}); }),
        effects_(
            runtime_, starts_, keys_, secrets_, volumes_,
            [this](const effect::SendWebhook& webhook) { outbox_->send(webhook); }, [this] { end_.reach(); }),
        http_(::fcntl(link_.listener.get(), F_DUPFD_CLOEXEC, 0), io_threads(config), {}),
        engine_(options(config), *store_, *link_.clock, effects_),
        volumes_(config.data + "/volumes", [this](VolumeId id) {
          engine_.submit(engine::Lane::control, command::VolumeFolderRemoved{id});
        }) {}
  /// Nothing is released any more to parts that end before the engine.
  ~Parts() { engine_.stop(); }
  Parts(const Parts&) = delete;

  Result<void> start(const ServerConfig& config);
  void run();

 private:
  engine::EngineOptions options(const ServerConfig& config);
  Result<void> start_sealing(const StoredCredentials& stored);
  void hear_runtime();
  void hear_keeper();
  void worker_exited(command::WorkerExited exit);
  std::vector<net::Route> routes();

  keeper::KeeperLink link_;
  std::unique_ptr<Store> store_;
  const service::WorkerTokens tokens_;
  runtime::Router runtime_;
  const api::Settings settings_;
  const std::vector<api::RateLimit> rate_limits_;
  const api::CrossOrigins cross_origins_;
  End end_;
  service::Sealing sealing_;
  service::SealedSecrets secrets_;
  service::WorkerStart starts_;
  api::ApiKeys keys_;
  Effects effects_;
  std::unique_ptr<api::Context> context_;  ///< outlives the connections: ending one ends its request's guards
  net::Server http_;
  std::vector<std::unique_ptr<service::Asker>> askers_;
  engine::Engine engine_;
  service::VolumeFolders volumes_;  ///< reports to the engine
  std::unique_ptr<service::WebhookOutbox>
      outbox_;  ///< before the engine starts; ends while it still takes reports
};

engine::EngineOptions Parts::options(const ServerConfig& config) {
  engine::EngineOptions options;
  options.limits = config.limits;
  options.limits.queue_max = config.queue_max;
  options.limits.paused_endpoints = config.paused_endpoints;
  options.limits.templates_max = config.templates_max;
  options.limits.endpoints_max = config.endpoints_max;
  options.limits.idempotency_keep = config.idempotency_keep;
  options.limits.run_ahead_max = config.run_ahead;
  options.limits.worker_stop_grace = config.grace;
  options.seed = service::random_bits();
  if (config.trace) options.trace.folder = config.data + "/trace";
  options.trace.bytes_max = config.trace_size;
  options.trace.build = PILOTLIGHT_VERSION;
  for (unsigned i = 0; i < http_.threads(); ++i) {
    askers_.push_back(std::make_unique<service::Asker>(
        i, [this, i](std::function<void()> work) { http_.post(i, std::move(work)); }));
    options.sinks.push_back(askers_.back().get());
  }
  return options;
}

Result<void> Parts::start(const ServerConfig& config) {
  auto secret = webhook_secret(config.data, config.webhook_secret);
  if (!secret) return secret.error();
  outbox_ = std::make_unique<service::WebhookOutbox>(
      *store_, engine_, service::WebhookWords{api::webhook_url, api::webhook_body},
      webhook::SenderOptions{.secret = std::move(*secret),
                             .allow_internal = config.webhook_internal,
                             .user_agent = "Pilotlight/" PILOTLIGHT_VERSION});
  ApiKey first;
  std::vector<ApiKey> keys;
  StoredCredentials stored;
  std::set<VolumeId> volumes;
  const Result<Loaded> loaded = engine_.start([&](const Record& record) {
    stored.take(record);
    if (const auto* saved = std::get_if<record::ApiKeySaved>(&record)) first = saved->value();
    if (const auto* saved = std::get_if<record::KeySaved>(&record)) keys.push_back(saved->value);
    if (const auto* saved = std::get_if<record::VolumeSaved>(&record)) volumes.insert(saved->value.id);
  });
  if (!loaded) return loaded.error();
  link_.clock->raise(loaded->newest);
  volumes_.tell_strangers(std::move(volumes));
  if (auto done = start_sealing(stored); !done) return done.error();
  const Result<Key> key = choose_key(config.data, first.sha256_hex);
  if (!key) return key.error();
  if (key->remember) first = record::ApiKeySaved{key->hash}.value();
  keys.push_back(first);
  keys_.publish_all(keys);
  if (key->remember)
    engine_.submit(engine::Lane::control, command::SaveApiKey{ticket_none, key->hash, AccountId::first});
  remove_stale_key(config.data, *key);
  if (!key->fresh_key.empty()) show_key(config.data, key->fresh_key);
  context_.reset(new api::Context{
      {engine_, *store_, *link_.clock, askers_,
       [this](unsigned thread, std::function<void()> work) { http_.post(thread, std::move(work)); }, sealing_,
       keeper::DataFolder{config.data}.logs()},
      settings_,
      keys_,
      tokens_,
      {}});
  for (auto& asker : askers_) asker->connect(engine_);
  hear_runtime();
  hear_keeper();
  runtime_.list();
  std::vector<net::Route> all = routes();
  if (std::string problem = net::Router::problem(all); !problem.empty())
    return refusal(Errc::internal, std::move(problem));
  if (!config.limits_changed.empty()) log::warn("limits_changed_for_tests{}", config.limits_changed);
  http_.start(std::move(all));
  link_.keeper->ready(link_.clock->base());
  log::info("server_ready url={}", settings_.public_url);
  return {};
}

std::vector<net::Route> Parts::routes() {
  std::vector<net::Route> all;
  for (api::Door& door : api::all_doors(*context_, rate_limits_, cross_origins_))
    all.push_back(std::move(door.route));
  return all;
}

Result<void> Parts::start_sealing(const StoredCredentials& stored) {
  std::vector<const Sealed*> sealed;
  for (const auto& secret : stored.secrets) sealed.push_back(&secret->value);
  for (const RegistryCredential& registry : stored.registries) sealed.push_back(&registry.password);
  secrets_.publish_all(stored.secrets);
  return sealing_.start(sealed);
}

void Parts::hear_runtime() {
  RuntimeReports reports;
  reports.started = [this](WorkerId worker) {
    engine_.submit(engine::Lane::control, command::WorkerStarted{worker});
  };
  reports.exited = [this](WorkerId worker, std::int32_t code, std::int32_t signal, std::string detail,
                          std::vector<OutputLine> output) {
    worker_exited({worker, code, signal, std::move(detail), std::move(output)});
  };
  reports.output = [this](WorkerId worker, Timestamp asked, std::vector<OutputLine> output) {
    engine_.submit(engine::Lane::worker, command::WorkerOutput{worker, asked, std::move(output)});
  };
  reports.listed = [this](std::vector<WorkerId> running) {
    engine_.submit(engine::Lane::control, command::WorkersListed{std::move(running)});
  };
  runtime_.subscribe(std::move(reports));
}

void Parts::hear_keeper() {
  keeper::KeeperClient::Handlers handlers;
  handlers.drain = [this](milliseconds) { engine_.submit(engine::Lane::control, command::Drain{}); };
  handlers.end_now = [this] {
    engine_.submit(engine::Lane::control, command::EndWaits{});
    end_.reach();
  };
  link_.keeper->begin(std::move(handlers));
}

void Parts::worker_exited(command::WorkerExited exit) {
  const WorkerId worker = exit.worker;
  log::info("worker_exited worker={} code={} signal={}", worker.view(), exit.exit_code, exit.signal);
  context_->in_flight.when_quiet(
      worker, [this, exit = std::move(exit)] { engine_.submit(engine::Lane::worker, exit); });
  // What is still on its way to a file gets a moment, not for ever.
  http_.post_after(0, exit_overtakes_at_most,
                   [context = context_.get(), worker] { context->in_flight.give_up(worker); });
}

void Parts::run() {
  end_.wait();
  http_.close_doors();
  std::this_thread::sleep_for(first_words);
  http_.close_new();
  constexpr std::chrono::milliseconds step{10};
  for (auto waited = first_words; http_.connections() > 0 && waited < last_answers; waited += step)
    std::this_thread::sleep_for(step);
  engine_.stop();
  const engine::Engine::Figures figures = engine_.figures();
  log::info("server_ended commands={} commits={} records={} trace_gaps={}", figures.commands, figures.commits,
            figures.records, figures.trace_gaps);
  http_.stop();
  context_->in_flight.close();
  link_.keeper->drained();
}

}  // namespace

int run_server(const ServerConfig& config, keeper::KeeperLink link) {
  ::signal(SIGPIPE, SIG_IGN);  // a worker, or whoever reads the log, may be gone
  const auto fail = [](const Error& error) {
    std::fprintf(stderr, "pilotlight: %s\n", error.message.c_str());
    return 1;
  };
  auto store = store::open_sqlite_store({config.data, config.disk_reserve});
  if (!store) return fail(store.error());
  auto secret = worker_secret(config.data);
  if (!secret) return fail(secret.error());
  Parts parts(config, std::move(link), std::move(*store), std::move(*secret));
  if (const auto started = parts.start(config); !started) return fail(started.error());
  parts.run();
  return 0;
}

}  // namespace pilotlight::server
