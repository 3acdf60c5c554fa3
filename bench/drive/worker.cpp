#include "drive/worker.hpp"

#include <unistd.h>

namespace pilotlight::bench {
namespace {

std::string without_origin(std::string_view url) {
  return std::string(url.substr(url.find('/', url.find("//") + 2)));
}

}  // namespace

Worker::Worker(const Options& options, Connection& connection) {
  connection.send(
      request("POST", "/v2/" + options.text("endpoint") + "/worker-env", options.text("key"), "{}"));
  while (!connection.receive()) ::usleep(50);
  if (connection.status() != 200) {
    std::fprintf(stderr, "worker-env answered %d: %.*s\n", connection.status(),
                 static_cast<int>(connection.body().size()), connection.body().data());
    std::exit(1);
  }
  const std::string environment(connection.body());
  token_ = field(environment, "RUNPOD_AI_API_KEY");
  done_ = without_origin(field(environment, "RUNPOD_WEBHOOK_POST_OUTPUT"));
  chunk_ = without_origin(field(environment, "RUNPOD_WEBHOOK_POST_STREAM"));
  take_ = request("GET", without_origin(field(environment, "RUNPOD_WEBHOOK_GET_JOB")) + "&job_in_progress=0",
                  token_);
}

std::string Worker::done(std::string_view job) const {
  return post(done_, job, R"({"output":{"ok":true}})");
}

std::string Worker::chunk(std::string_view job) const {
  return post(chunk_, job, R"({"output":"a token or two"})");
}

std::string Worker::post(std::string target, std::string_view job, const std::string& body) const {
  target.replace(target.find("$ID"), 3, job);
  return request("POST", target + "&isStream=false", token_, body);
}

}  // namespace pilotlight::bench
