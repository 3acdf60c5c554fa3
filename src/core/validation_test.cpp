#include "core/validation.hpp"

#include <gtest/gtest.h>

namespace pilotlight::core {
namespace {

Endpoint valid_endpoint() {
  Endpoint e;
  e.name = "abc";
  return e;
}

Template valid_template() {
  Template t;
  t.name = "t";
  return t;
}

/// The refusal of a valid endpoint (template) after this change; "none" if it is still valid.
std::string endpoint_problem(void (*change)(Endpoint&)) {
  Endpoint e = valid_endpoint();
  change(e);
  return invalid(e).value_or("none");
}
std::string template_problem(void (*change)(Template&)) {
  Template t = valid_template();
  change(t);
  return invalid(t).value_or("none");
}

const char* const too_long = "a text of more than 65536 bytes is not accepted; shorten it";

TEST(EndpointValidation, refuses_values_beyond_their_bounds_in_these_words) {
  using E = Endpoint&;
  const std::pair<void (*)(E), const char*> cases[] = {
      {[](E) {}, "none"},
      {[](E e) { e.name = "a"; }, "none"},
      {[](E e) { e.name = ""; }, "name must not be empty"},
      {[](E e) { e.name = std::string(191, 'a'); }, "none"},
      {[](E e) { e.name = std::string(192, 'a'); }, "name must not have more than 191 bytes"},
      {[](E e) { e.workers_min = -1; }, "workersMin and workersMax must not be negative"},
      {[](E e) { e.workers_max = -1; }, "workersMin and workersMax must not be negative"},
      {[](E e) { e.workers_max = 10'000; }, "none"},
      {[](E e) { e.workers_max = 10'001; }, "workersMax must not be more than 10000"},
      {[](E e) { e.workers_min = 20'000; }, "workersMin must not be more than workersMax"},
      {[](E e) { e.workers_min = 4; }, "workersMin must not be more than workersMax"},
      {[](E e) { e.gpu_count = 0; }, "gpuCount must be between 1 and 1024"},
      {[](E e) { e.gpu_count = 1025; }, "gpuCount must be between 1 and 1024"},
      {[](E e) { e.idle_timeout = milliseconds{999}; }, "idleTimeout must be between 1 and 3600 seconds"},
      {[](E e) { e.idle_timeout = seconds{3601}; }, "idleTimeout must be between 1 and 3600 seconds"},
      {[](E e) { e.scaler_value_milli = 500; }, "none"},
      {[](E e) { e.scaler_value_milli = 499; }, "scalerValue must be at least 1 and at most 1000000"},
      {[](E e) { e.scaler_type = ScalerType::request_count, e.scaler_value_milli = 999; },
       "scalerValue must be at least 1 and at most 1000000"},
      {[](E e) { e.scaler_value_milli = 1'000'000'001; },
       "scalerValue must be at least 1 and at most 1000000"},
      {[](E e) { e.execution_timeout = milliseconds{0}; }, "none"},
      {[](E e) { e.execution_timeout = milliseconds{4999}; },
       "executionTimeoutMs must be 0 (no limit) or between 5000 and 604800000"},
      {[](E e) { e.execution_timeout = milliseconds{604'800'001}; },
       "executionTimeoutMs must be 0 (no limit) or between 5000 and 604800000"},
      {[](E e) { e.queue.retries_max = -1; }, "retriesMax must be between 0 and 100"},
      {[](E e) { e.queue.retries_max = 101; }, "retriesMax must be between 0 and 100"},
      {[](E e) { e.queue.retry_delay = milliseconds{-1}; }, "retryDelayMs must be between 0 and 86400000"},
      {[](E e) { e.queue.retry_delay_max = milliseconds{86'400'001}; },
       "retryDelayMaxMs must be between 0 and 86400000"},
      {[](E e) { e.queue.dead_letter_keep = milliseconds{2'073'600'001}; },
       "deadLetterKeepMs must be between 0 and 2073600000 (24 days)"},
      {[](E e) { e.queue.queue_max = -1; }, "queueMax must not be negative"},
      {[](E e) { e.ttl = milliseconds{10'000}; }, "none"},
      {[](E e) { e.ttl = milliseconds{604'800'000}; }, "none"},
      {[](E e) { e.ttl = milliseconds{0}; }, "requestTTL must be between 10000 and 604800000"},
      {[](E e) { e.ttl = milliseconds{604'800'001}; }, "requestTTL must be between 10000 and 604800000"},
      {[](E e) { e.flash_environment_id = std::string(65'537, 'a'); }, too_long},
      {[](E e) { e.locations = std::string(65'536, 'a'); }, "none"},
      {[](E e) { e.gpu_ids = std::string(65'537, 'a'); }, too_long},
      {[](E e) { e.locations = std::string(65'537, 'a'); }, too_long},
      {[](E e) { e.network_volume_id = std::string(65'537, 'a'); }, too_long},
      {[](E e) { e.allowed_cuda_versions = std::string(65'537, 'a'); }, too_long},
      {[](E e) { e.min_cuda_version = std::string(65'537, 'a'); }, too_long},
  };
  for (const auto& [change, text] : cases) EXPECT_EQ(endpoint_problem(change), text);
}

TEST(EndpointValidation, names_of_several_problems_the_same_one_first) {
  using E = Endpoint&;
  const std::pair<void (*)(E), const char*> cases[] = {
      {[](E e) { e.gpu_count = 0, e.name = ""; }, "name must not be empty"},
      {[](E e) { e.gpu_count = 0, e.workers_max = -1; }, "workersMin and workersMax must not be negative"},
      {[](E e) { e.workers_min = -1, e.workers_max = 10'001; },
       "workersMin and workersMax must not be negative"},
      {[](E e) { e.workers_min = 20'000, e.workers_max = 10'001; }, "workersMax must not be more than 10000"},
      {[](E e) { e.gpu_count = 0, e.idle_timeout = seconds{0}; }, "gpuCount must be between 1 and 1024"},
      {[](E e) { e.gpu_ids = std::string(65'537, 'a'), e.queue.queue_max = -1; },
       "queueMax must not be negative"},
      {[](E e) { e.queue.retries_max = -1, e.scaler_value_milli = 0; },
       "scalerValue must be at least 1 and at most 1000000"},
  };
  for (const auto& [change, text] : cases) EXPECT_EQ(endpoint_problem(change), text);
}

TEST(TemplateValidation, refuses_values_beyond_their_bounds_in_these_words) {
  using T = Template&;
  const std::pair<void (*)(T), const char*> cases[] = {
      {[](T) {}, "none"},
      {[](T t) { t.name = ""; }, "name must not be empty"},
      {[](T t) { t.name = std::string(192, 'a'); }, "name must not have more than 191 bytes"},
      {[](T t) { t.container_disk_gb = -1; }, "containerDiskInGb and volumeInGb must not be negative"},
      {[](T t) { t.volume_gb = -1; }, "containerDiskInGb and volumeInGb must not be negative"},
      {[](T t) { t.volume_gb = -1, t.image = std::string(65'537, 'a'); },
       "containerDiskInGb and volumeInGb must not be negative"},
      {[](T t) { t.readme = std::string(65'536, 'a'); }, "none"},
      {[](T t) { t.image = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.command = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.ports = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.volume_mount_path = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.readme = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.start_script = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.config_json = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.container_registry_auth_id = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.category = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.ports_config_json = std::string(65'537, 'a'); }, too_long},
      {[](T t) { t.allowed_cuda_versions = std::string(65'537, 'a'); }, too_long},
  };
  for (const auto& [change, text] : cases) EXPECT_EQ(template_problem(change), text);
}

}  // namespace
}  // namespace pilotlight::core
