#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "sim/actors/sim_batches.hpp"
#include "sim/actors/sim_client.hpp"
#include "sim/actors/sim_credentials.hpp"
#include "sim/actors/sim_keyed.hpp"
#include "sim/actors/sim_keys.hpp"
#include "sim/actors/sim_manager.hpp"
#include "sim/actors/sim_reader.hpp"
#include "sim/actors/sim_receiver.hpp"
#include "sim/actors/sim_remover.hpp"
#include "sim/actors/sim_saver.hpp"
#include "sim/actors/sim_volumes.hpp"
#include "sim/actors/sim_worker.hpp"
#include "sim/checkers/audit.hpp"
#include "sim/twins/sim_engine.hpp"
#include "sim/twins/sim_folders.hpp"
#include "sim/twins/sim_net.hpp"
#include "sim/twins/sim_runtime.hpp"
#include "sim/twins/sim_store.hpp"
#include "sim/world/ledger.hpp"
#include "sim/world/mutant.hpp"
#include "sim/world/plan.hpp"
#include "sim/world/schedule.hpp"
#include "sim/world/trace.hpp"

namespace pilotlight::sim {

/// A stream of chance for each part, so that one part's appetite does not change another's luck.
struct Dice {
  explicit Dice(std::uint64_t seed);
  Random engine, store, net, runtime, workers, clients, manager, receivers, keyed, batches;
};

/// One seed's whole world: the parts, the time they share and what they may ask of each other. Made, run to
/// its end and thrown away by one thread.
struct World {
  World(const Plan& plan, Mutant mutant, std::size_t trace_lines, bool hashing);
  World(const World&) = delete;

  /// From the first event to the last check; throws Violation.
  void run();

  /// The control plane's time: true time plus what the clock was off when the machine last started.
  Timestamp plane_now() const { return schedule.now() + clock_offset_; }
  Timestamp world_time(Timestamp plane) const { return plane - clock_offset_; }
  /// The machine starts: the wall clock is read anew, never below the highest time stored.
  void restart_clock();

  /// Numbers that grow with every draw.
  RowNumber row();
  JobId job_id(bool sync);
  /// A fresh payload, a file in so many of a hundred cases.
  PayloadRef payload(unsigned large_percent) { return payload(row(), large_percent); }
  PayloadRef payload(RowNumber number, unsigned large_percent);
  static std::vector<PayloadRef> files(std::initializer_list<PayloadRef> payloads);

  /// Workers of this endpoint end as soon as they start.
  bool cursed(const EndpointId& endpoint) const { return curses.contains(endpoint); }

  template <class... A>
  void note(fmt::format_string<A...> format, A&&... arguments) {
    trace.note(plane_now(), format, std::forward<A>(arguments)...);
  }

  const Plan plan;
  const Mutant mutant;
  const bool hashing;
  Faults faults;
  Dice dice;
  Trace trace;
  Schedule schedule;
  Ledger ledger;
  Audit audit;
  SimStore store;
  SimEngine engine;
  SimNet net;
  SimRuntime runtime;
  SimFolders folders;
  SimWorkers workers;
  SimManager manager;
  SimSaver saver;
  SimClients clients;
  SimKeyed keyed;
  SimBatches batches;
  SimKeys api_keys;
  SimCredentials credentials;
  SimRemover remover;
  SimVolumes volumes;
  SimReaders readers;
  SimReceivers receivers;

  std::set<EndpointId> curses;
  bool draining = false;  ///< the server was told to shut down
  bool drained = false;   ///< and has said that it is done

 private:
  bool is_open() const;
  bool never() const { return false; }
  void live_on(milliseconds at_most, bool (World::*done)() const);
  bool all_submitted() const;
  bool jobs_ended() const;
  bool settled() const;
  bool shut_down() const;
  void demand_liveness();
  bool webhooks_closed() const;
  void demand_webhooks();
  void demand_settled();
  void demand_shutdown();
  void demand_nothing_left();

  milliseconds clock_offset_{0};
  std::uint64_t last_row_ = 0;
};

}  // namespace pilotlight::sim
