#include "runtime/process/process_runtime.hpp"

#include "base/log.hpp"
#include "runtime/process/start_request.hpp"

namespace pilotlight::runtime {

void ProcessRuntime::prepare(WorkerSpec spec) {
  const WorkerId worker = spec.worker;
  auto file = keeper::memory_file(encode(make_start_request(std::move(spec))));
  // Without its order the keeper refuses the start, and remembers that as the worker's end.
  if (!file)
    log::error("runtime.start_order_not_written worker={} why=\"{}\"", worker.view(), file.error().message);
  else
    keeper_.send(keeper::Prepare{worker}, std::move(*file));
}

void ProcessRuntime::stop(WorkerId worker, milliseconds grace) {
  keeper_.send(keeper::Stop{worker, grace});
}

void ProcessRuntime::forget(WorkerId worker) {
  keeper_.send(keeper::Forget{worker});
}

void ProcessRuntime::list() {
  keeper_.send(keeper::List{});
}

}  // namespace pilotlight::runtime
