#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ports/runtime.hpp"

namespace pilotlight::sim {

struct World;

/// The keeper and its processes: starts take time or fail, reports come late, twice and out of order, exits
/// are kept and told again after every start of the server until they are forgotten. It survives the server,
/// not a reboot. One subscription lasts for the world's life; what is reported while no server runs is lost.
class SimRuntime final : public Runtime {
 public:
  explicit SimRuntime(World& world) : world_(world) {}

  RuntimeCapabilities capabilities() const override { return {{}, true}; }
  void subscribe(RuntimeReports reports) override { reports_ = std::move(reports); }
  void prepare(WorkerSpec spec) override { prepared_[spec.worker] = spec.endpoint; }
  void start(WorkerId worker) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  /// The answer comes at once.
  void list() override { reports_.listed(running()); }
  /// The answer comes late, or never.
  void read_output(WorkerId worker, Timestamp asked) override;

  /// Every worker that runs or is being started.
  std::vector<WorkerId> running() const;
  /// The server has asked for the list; what it may not know is told again.
  void server_up();
  void server_lost(bool reboot);
  /// The worker's process has ended by itself.
  void ended(const WorkerId& worker, std::int32_t exit_code, std::int32_t signal);
  /// Exits that nobody has told us to forget.
  std::size_t exits_kept() const;

 private:
  enum class Stage : std::uint8_t { starting, running, ended };
  struct Process {
    EndpointId endpoint;
    Stage stage = Stage::starting;
    std::size_t worker = 0;  ///< among the simulated workers, once it runs
    std::int32_t exit_code = 0;
    std::int32_t signal = 0;
    std::vector<OutputLine> output{};  ///< once it has ended
  };
  void launched(const WorkerId& id);
  void kill(const WorkerId& id);
  void end(const WorkerId& id, std::int32_t exit_code, std::int32_t signal);
  void report_start(const WorkerId& id);
  void report_exit(const WorkerId& id);
  void send_exit(const WorkerId& id, int patience);

  World& world_;
  RuntimeReports reports_;
  std::map<WorkerId, EndpointId> prepared_;
  std::map<WorkerId, Process> processes_;
};

}  // namespace pilotlight::sim
