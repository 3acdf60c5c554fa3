#include <memory>

#include "drive/modes.hpp"
#include "drive/worker.hpp"

namespace pilotlight::bench {
namespace {

/// Submitters and workers on one poller; the first `workers` connections are the workers'.
class Jobs {
 public:
  explicit Jobs(const Options& options)
      : count_(options.number("count", 20000)),
        workers_(static_cast<std::size_t>(options.number("workers", 16))),
        run_(run_request(options)) {
    const std::size_t all = workers_ + static_cast<std::size_t>(options.number("submitters", 64));
    for (std::size_t i = 0; i < all; ++i) {
      connections_.push_back(std::make_unique<Connection>(options.port()));
      poller_.add(connections_.back()->fd(), i);
      if (i < workers_) urls_.emplace_back(options, *connections_.back());
    }
    finishing_.resize(workers_, false);
  }

  void run() {
    for (std::size_t i = 0; i < connections_.size(); ++i) i < workers_ ? take(i) : submit(*connections_[i]);
    while (finished_ < count_) {
      poller_.wait(1000, [this](std::uint64_t i) {
        if (!connections_[i]->receive()) return;
        const int status = connections_[i]->status();
        if (status != 200 && status != 204) ++failed_;
        i < workers_ ? answer_to_worker(i) : submit(*connections_[i]);
      });
    }
  }

  long finished() const { return finished_; }
  long failed() const { return failed_; }
  long empty_polls() const { return empty_polls_; }

 private:
  void submit(Connection& connection) {
    if (submitted_ == count_) return;
    ++submitted_;
    connection.send(run_);
  }
  void take(std::size_t worker) { connections_[worker]->send(urls_[worker].take()); }
  void answer_to_worker(std::size_t i) {
    Connection& connection = *connections_[i];
    if (finishing_[i]) {
      ++finished_;
      finishing_[i] = false;
      take(i);
    } else if (connection.status() == 200) {
      finishing_[i] = true;
      connection.send(urls_[i].done(std::string(field(connection.body(), "id"))));
    } else {
      ++empty_polls_;
      take(i);
    }
  }

  const long count_;
  const std::size_t workers_;
  const std::string run_;
  Poller poller_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Worker> urls_;
  std::vector<bool> finishing_;
  long submitted_ = 0, finished_ = 0, failed_ = 0, empty_polls_ = 0;
};

}  // namespace

int jobs(const Options& options) {
  Jobs load(options);
  const auto start = SteadyClock::now();
  load.run();
  const double elapsed = seconds_since(start);
  std::printf("count=%ld failed=%ld empty_polls=%ld seconds=%.3f rate=%.0f\n", load.finished(), load.failed(),
              load.empty_polls(), elapsed, static_cast<double>(load.finished()) / elapsed);
  return load.failed() == 0 ? 0 : 1;
}

}  // namespace pilotlight::bench
