#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "domain/ids.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight {

/// Everything a runtime needs to start one worker. Values of `environment` are secrets.
struct WorkerSpec {
  WorkerId worker;
  EndpointId endpoint;
  std::string image;    ///< as in the template
  std::string command;  ///< dockerArgs as in the template
  /// Complete and final: template, endpoint and platform variables merged, later ones winning.
  std::vector<std::pair<std::string, std::string>> environment;
  /// Texts that must not appear in logs or reports; replaced there.
  std::vector<std::string> secrets;
  std::string note;  ///< for the head of the worker's log; empty: none
  std::int64_t gpu_count = 1;
  bool names_volumes = false;  ///< the endpoint names network volumes
};

/// The functions to which a runtime reports. All are set, return soon and do not call the runtime.
///
/// A runtime calls them from any thread, one at a time. It may repeat a report, and reports of different
/// workers may come in any order.
struct RuntimeReports {
  std::function<void(WorkerId)> started;
  /// `detail`: why it could not start, or its last output lines; bounded, secrets removed. `output`: these
  /// lines and some more, with their times in the control plane's time.
  std::function<void(WorkerId, std::int32_t exit_code, std::int32_t signal, std::string detail,
                     std::vector<OutputLine> output)>
      exited;
  /// The answer to `list`, one for each call: every worker that the runtime knows to be running.
  std::function<void(std::vector<WorkerId>)> listed;
  /// The answer to `read_output`.
  std::function<void(WorkerId, Timestamp asked, std::vector<OutputLine> output)> output;
};

/// The images whose workers a runtime starts.
struct RuntimeCapabilities {
  /// Beginnings of images that are meant for this runtime, with their colons: `process:`.
  std::vector<std::string> image_schemes;
  /// True: also images without a scheme, and those with a scheme that no runtime names.
  bool other_images = false;
};

/// Runs workers somewhere. Calls return at once and are idempotent by WorkerId: a worker is started at most
/// once, whatever happens. Calls come from one thread, but for `prepare`.
class Runtime {
 public:
  virtual ~Runtime() = default;

  /// Never changes. Any thread.
  virtual RuntimeCapabilities capabilities() const = 0;
  /// Once, at any time. No report is lost: the runtime keeps what it reports before the subscription, and
  /// then hands it over once, in order and before anything newer. It reports nothing after its destruction.
  virtual void subscribe(RuntimeReports reports) = 0;
  /// Makes ready what takes time, so that `start` is short. Nothing of the worker runs yet, and nothing is
  /// listed or reported; a new server has to prepare anew. Any thread.
  virtual void prepare(WorkerSpec spec) = 0;
  /// Runs a worker that was prepared before.
  virtual void start(WorkerId worker) = 0;
  /// SIGTERM, and after `grace` SIGKILL of everything that is left; 0: SIGKILL at once. Unknown ids are
  /// ignored.
  virtual void stop(WorkerId worker, milliseconds grace) = 0;
  /// The exit of this worker is remembered elsewhere; until then it is reported again after every reconnect.
  virtual void forget(WorkerId worker) = 0;
  virtual void list() = 0;
  /// Reports the last lines that the worker has written until now: everything that it had written before it
  /// said what the server has heard. None of an unknown one. `asked` comes back with them.
  virtual void read_output(WorkerId worker, Timestamp asked) = 0;
};

}  // namespace pilotlight
