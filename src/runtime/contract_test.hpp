#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ports/runtime.hpp"

// What every runtime must do, whatever runs behind it. A new runtime adds its world to contract_test.cpp.
namespace pilotlight::runtime {

inline const WorkerId w1 = *WorkerId::parse("w1"), w2 = *WorkerId::parse("w2");

/// What a worker of the contract does.
enum class Behaviour {
  runs,          ///< until it is told to stop
  stubborn,      ///< until it is killed
  exits_with_7,  ///< at once, after printing "last words of SECRET"
  cannot_start,
};

/// Everything a runtime has reported to one server. Any thread.
class Seen {
 public:
  struct End {
    std::int32_t exit_code;
    std::int32_t signal;
    std::string detail;
  };

  RuntimeReports reports();
  /// Every report in the order in which it came: `started w1`, `exited w1`, `listed`, `output w1`.
  std::vector<std::string> order() const;
  std::size_t starts(WorkerId worker) const;
  std::size_t ends(WorkerId worker) const;
  End end(WorkerId worker) const;
  std::size_t lists() const;
  std::vector<WorkerId> listed() const;
  /// When it was asked, of every answer to `read_output`.
  std::vector<Timestamp> outputs(WorkerId worker) const;

 private:
  void came(std::string report) { order_.push_back(std::move(report)); }

  mutable std::mutex mutex_;
  std::vector<std::string> order_;
  std::multimap<WorkerId, End> ends_;
  std::multimap<WorkerId, bool> starts_;
  std::vector<std::vector<WorkerId>> lists_;
  std::map<WorkerId, std::vector<Timestamp>> outputs_;
};

/// A runtime and its surroundings.
class World {
 public:
  virtual ~World() = default;
  virtual Runtime& runtime() = 0;
  /// The reports to the server that runs now.
  Seen& seen() { return *seen_; }
  void subscribe() { runtime().subscribe(seen_->reports()); }
  virtual WorkerSpec spec(WorkerId worker, Behaviour behaviour) = 0;
  /// Kills the server and starts another one, which has seen nothing and has not subscribed yet.
  void restart_server_unsubscribed() {
    std::unique_ptr<Seen> old = std::exchange(seen_, std::make_unique<Seen>());
    replace_server();
  }
  void restart_server() {
    restart_server_unsubscribed();
    subscribe();
  }
  /// Lets the world go on for a moment.
  virtual void let_pass() = 0;
  /// Lets the world go on until this holds; false if it never does.
  virtual bool until(const std::function<bool()>& holds) = 0;

 private:
  virtual void replace_server() = 0;

  std::unique_ptr<Seen> seen_ = std::make_unique<Seen>();
};

using MakeWorld = std::function<std::unique_ptr<World>()>;

class RuntimeContract : public ::testing::TestWithParam<MakeWorld> {
 protected:
  void SetUp() override {
    world_ = GetParam()();
    world_->subscribe();
  }

  Runtime& runtime() { return world_->runtime(); }
  Seen& seen() { return world_->seen(); }
  void prepare(WorkerId worker, Behaviour behaviour) { runtime().prepare(world_->spec(worker, behaviour)); }
  void start(WorkerId worker, Behaviour behaviour) {
    prepare(worker, behaviour);
    runtime().start(worker);
  }
  bool until(const std::function<bool()>& holds) { return world_->until(holds); }
  bool starts(WorkerId worker) {
    return until([&] { return seen().starts(worker) > 0; });
  }
  bool ends(WorkerId worker) {
    return until([&] { return seen().ends(worker) > 0; });
  }
  std::vector<WorkerId> list() {
    const std::size_t before = seen().lists();
    runtime().list();
    EXPECT_TRUE(until([&] { return seen().lists() > before; }));
    return seen().listed();
  }

  std::unique_ptr<World> world_;
};

inline RuntimeReports Seen::reports() {
  return {[this](WorkerId worker) {
            const std::lock_guard lock(mutex_);
            came("started " + worker.text());
            starts_.emplace(worker, true);
          },
          [this](WorkerId worker, std::int32_t exit_code, std::int32_t signal, std::string detail,
                 std::vector<OutputLine>) {
            const std::lock_guard lock(mutex_);
            came("exited " + worker.text());
            ends_.emplace(worker, End{exit_code, signal, std::move(detail)});
          },
          [this](std::vector<WorkerId> workers) {
            const std::lock_guard lock(mutex_);
            came("listed");
            lists_.push_back(std::move(workers));
          },
          [this](WorkerId worker, Timestamp asked, std::vector<OutputLine>) {
            const std::lock_guard lock(mutex_);
            came("output " + worker.text());
            outputs_[worker].push_back(asked);
          }};
}

inline std::vector<std::string> Seen::order() const {
  const std::lock_guard lock(mutex_);
  return order_;
}
inline std::size_t Seen::starts(WorkerId worker) const {
  const std::lock_guard lock(mutex_);
  return starts_.count(worker);
}
inline std::size_t Seen::ends(WorkerId worker) const {
  const std::lock_guard lock(mutex_);
  return ends_.count(worker);
}
inline Seen::End Seen::end(WorkerId worker) const {
  const std::lock_guard lock(mutex_);
  return ends_.find(worker)->second;
}
inline std::size_t Seen::lists() const {
  const std::lock_guard lock(mutex_);
  return lists_.size();
}
inline std::vector<WorkerId> Seen::listed() const {
  const std::lock_guard lock(mutex_);
  return lists_.back();
}

inline std::vector<Timestamp> Seen::outputs(WorkerId worker) const {
  const std::lock_guard lock(mutex_);
  const auto found = outputs_.find(worker);
  return found == outputs_.end() ? std::vector<Timestamp>{} : found->second;
}

}  // namespace pilotlight::runtime
