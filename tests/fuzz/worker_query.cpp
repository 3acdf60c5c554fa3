// The queries of a worker's take and ping.
#include "api/worker/queries.hpp"

#include "api/json.hpp"
#include "core/plane_test.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

/// Whatever the pings of a worker list that asks for no job, a short text names it to those who wait.
void reason_is_short(const std::vector<JobId>& jobs, const SdkVersion& sdk) {
  core::Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  plane.apply(command::Heartbeat{worker, jobs, sdk, {}});
  plane.pass(milliseconds{10'000});
  const Waiting waiting = plane.live(endpoint, job)->waiting;
  ASSERT(waiting.reason == WaitReason::worker_not_asking && waiting.text.size() < 700);
  ASSERT(fuzz::is_json(json_string(waiting.text)));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  net::Request request;
  request.query = text;
  const std::uint32_t batch = batch_size_of(request);
  ASSERT(batch >= 1 && batch <= 1'000);
  (void)job_in_progress_of(request);

  std::string jobs;
  for (const JobId& job : pinged_jobs_of(request)) jobs += (jobs.empty() ? "" : ",") + job.text();
  net::Request again;
  again.query = "job_id=" + jobs;
  ASSERT(pinged_jobs_of(again) == pinged_jobs_of(request));
  if (!jobs.empty()) reason_is_short(pinged_jobs_of(request), sdk_of(request));

  if (const auto reason = unhealthy_of(request)) {
    ASSERT(reason->size() < size + 600);
    ASSERT(fuzz::is_json(json_string(*reason)));  // /status and /health show it
  }
  for (const bool in_header : {false, true}) {
    request.user_agent = in_header ? "RunPod-Python-SDK/" + std::string(text) : "";
    const SdkVersion sdk = sdk_of(request);
    ASSERT(sdk.known() ? sdk.minor >= 0 && sdk.patch >= 0 : sdk == SdkVersion());
  }
  return 0;
}
