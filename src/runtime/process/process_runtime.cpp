#include "runtime/process/process_runtime.hpp"

#include "base/log.hpp"
#include "keeper/wire/gate.hpp"
#include "runtime/process/start_request.hpp"

namespace pilotlight::runtime {

ProcessRuntime::ProcessRuntime(keeper::KeeperClient& keeper) : keeper_(keeper) {
  keeper_.hear_workers(reports_into(reports_));
}

RuntimeCapabilities ProcessRuntime::capabilities() const {
  return {{std::string(folder_scheme)}, true};
}

void ProcessRuntime::prepare(WorkerSpec spec) {
  const WorkerId worker = spec.worker;
  const std::uint32_t version = keeper_.welcome().version;
  auto file = keeper::memory_file(keeper::encode_start_request(make_start_request(std::move(spec)), version));
  auto gate = keeper::make_gate();
  // Without its order the keeper refuses the start, and remembers that as the worker's end.
  if (!file || !gate)
    return log::error("runtime.not_prepared worker={} why=\"{}\"", worker.view(),
                      (file ? gate.error() : file.error()).message);
  {
    const std::lock_guard lock(mutex_);
    gates_.insert_or_assign(worker, std::move(gate->writing));
  }
  std::vector<Fd> attachments;
  attachments.push_back(std::move(*file));
  attachments.push_back(std::move(gate->reading));
  keeper_.send(keeper::Prepare{worker}, std::move(attachments));
}

void ProcessRuntime::start(WorkerId worker) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto gate = gates_.extract(worker)) keeper::open_gate(gate.mapped());
  }
  keeper_.send(keeper::Start{worker});
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

void ProcessRuntime::read_output(WorkerId worker, Timestamp asked) {
  keeper_.read_output(worker, asked);
}

}  // namespace pilotlight::runtime
