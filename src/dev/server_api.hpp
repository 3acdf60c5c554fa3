#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::dev {

/// A worker as `GET /v2/ENDPOINT/workers` lists it.
struct WorkerSeen {
  std::string id, state;
  std::int64_t version = 0;
  std::int64_t created = 0;  ///< ms since 1970
  std::optional<std::int64_t> started, ready;
  std::size_t jobs = 0;
};

struct WorkersSeen {
  std::int64_t version = 0;
  std::vector<WorkerSeen> workers;
};

/// A job as `GET /v2/ENDPOINT/requests` lists it.
struct JobSeen {
  std::string id, status, error;
  std::optional<std::int64_t> delay, execution;  ///< ms
};

/// Why the endpoint's queue waits, or its workers fail.
struct WaitSeen {
  std::string reason, text, detail;
  std::int64_t exit_code = 0;  ///< exit code of the workers in a crash loop
};

/// The endpoint as `GET /v2/ENDPOINT/health` has it.
struct HealthSeen {
  std::int64_t queued = 0, running = 0;
  std::int64_t completed = 0, failed = 0;  ///< since the endpoint was made
  std::optional<WaitSeen> waits;           ///< also while no job waits, as long as workers fail
};

struct Definition {
  std::string folder;                ///< absolute, in which workers start
  std::vector<std::string> command;  ///< words
  std::vector<std::pair<std::string, std::string>> variables;
  int workers_max = 1;
};

/// The calls of one endpoint on one server, each waited for.
class ServerApi {
 public:
  ServerApi(std::string url, std::string key) : url_(std::move(url)), key_(std::move(key)) {}

  /// Makes the template and the endpoint "dev", or gives those that are there these settings.
  Result<void> define(const Definition& definition);
  const std::string& endpoint() const { return endpoint_; }
  std::string endpoint_url() const { return url_ + "/v2/" + endpoint_; }

  /// At `most` 0 jobs wait and no worker starts.
  Result<void> allow_workers(int least, int most);
  Result<void> restart_workers(bool kill);

  /// Queues a job with this body; its id.
  Result<std::string> run(const std::string& body);
  /// The job's view as the server sent it.
  Result<std::string> job(const std::string& id);

  Result<WorkersSeen> workers();
  /// The newest 500, newest first.
  Result<std::vector<JobSeen>> jobs();
  Result<HealthSeen> health();

 private:
  Result<std::string> call(const std::string& method, const std::string& path, const std::string& body = "");
  Result<std::string> mutate(const std::string& query, const std::string& variables,
                             const std::string& result);
  Result<std::string> save_endpoint(const std::string& input);
  Result<std::string> known_id(const std::string& list, const std::string& name);

  std::string url_, key_, endpoint_;
};

// Readers of the answers; each refuses a text that is no such answer.
Result<WorkersSeen> read_workers(const std::string& json);
Result<std::vector<JobSeen>> read_jobs(const std::string& json);
Result<HealthSeen> read_health(const std::string& json);

}  // namespace pilotlight::dev
