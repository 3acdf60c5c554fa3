#include "runtime/none/no_runtime.hpp"

namespace pilotlight::runtime {

void NoRuntime::prepare(WorkerSpec spec) {
  const std::lock_guard lock(mutex_);
  prepared_[spec.worker] = spec.endpoint;
}

void NoRuntime::start(WorkerId worker) {
  std::string endpoint;
  {
    const std::lock_guard lock(mutex_);
    endpoint = prepared_[worker].text();
    prepared_.erase(worker);
  }
  reports_.exited(worker, -1, 0,
                  "this server starts no workers (runtime = none); start one by hand with the variables that "
                  "`pilotlight worker-env " +
                      endpoint + "` prints",
                  {});
}

void NoRuntime::stop(WorkerId worker, milliseconds) {
  reports_.exited(worker, 0, 0, {}, {});
}

void NoRuntime::list() {
  reports_.listed({});
}

void NoRuntime::read_output(WorkerId worker, Timestamp asked) {
  reports_.output(worker, asked, {});
}

}  // namespace pilotlight::runtime
