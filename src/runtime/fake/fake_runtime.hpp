#pragma once

#include <deque>
#include <map>
#include <optional>

#include "base/random.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::runtime {

/// What goes wrong in a fake runtime. Percentages are of reports.
struct FakeFaults {
  milliseconds start_takes{0};
  bool starts_fail = false;
  bool stops_are_ignored = false;  ///< also the kill after the grace, until this is false again
  unsigned lost_percent = 0;       ///< ends are reported again after `reconnect`, nothing else is
  unsigned doubled_percent = 0;
  bool reordered = false;
};

/// A runtime without processes, for tests: it runs in a time of its own and fails on request. A worker does
/// what its command says: `run`, `stubborn` (ends only when killed), `exit CODE TEXT`, anything else cannot
/// be started. One thread; reports come from `advance` only.
class FakeRuntime final : public Runtime {
 public:
  explicit FakeRuntime(std::uint64_t seed = 1) : random_(seed) {}

  FakeFaults faults;
  RuntimeCapabilities can{{}, true};

  RuntimeCapabilities capabilities() const override { return can; }
  void subscribe(RuntimeReports reports) override { reports_ = std::move(reports); }
  void prepare(WorkerSpec spec) override;
  void start(WorkerId worker) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  void list() override;
  void read_output(WorkerId worker, Timestamp asked) override;

  /// Lets time pass, and hands out what there is to report if somebody has subscribed.
  void advance(milliseconds time);
  /// The worker's process ends by itself.
  void end(WorkerId worker, std::int32_t exit_code, std::string detail);
  /// A new server, which has not subscribed yet: nothing of the old one's reports is delivered any more, kept
  /// ends are reported again.
  void reconnect();

 private:
  enum class State { starting, running, ended };
  struct Process {
    State state = State::starting;
    WorkerSpec spec;
    milliseconds starts_at{};
    milliseconds killed_at = milliseconds::max();
    std::int32_t exit_code = -1;
    std::int32_t signal = 0;
    std::string detail;
    bool forgotten = false;
  };
  using Report = std::function<void(const RuntimeReports&)>;

  void report(Report report);
  void report_end(WorkerId worker, const Process& process);
  void finish(WorkerId worker, Process& process, std::int32_t exit_code, std::int32_t signal,
              std::string detail);
  void begin(WorkerId worker, Process& process);
  void step(WorkerId worker, Process& process);
  void deliver();

  std::optional<RuntimeReports> reports_;
  Random random_;
  milliseconds now_{0};
  std::map<WorkerId, WorkerSpec> prepared_;
  std::map<WorkerId, Process> processes_;
  std::deque<Report> pending_;
};

}  // namespace pilotlight::runtime
