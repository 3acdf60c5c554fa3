#pragma once

#include <string>
#include <string_view>

#include "drive/client.hpp"

namespace pilotlight::bench {

/// A worker that nobody started: what its environment says, as requests.
class Worker {
 public:
  /// Registers it with the endpoint of `options`, over a connection of the caller's that has nothing under
  /// way.
  Worker(const Options& options, Connection& connection);

  /// A poll for one job.
  const std::string& take() const { return take_; }
  /// The result of a job.
  std::string done(std::string_view job) const;
  /// What a generator yields for a job.
  std::string chunk(std::string_view job) const;

 private:
  std::string post(std::string target, std::string_view job, const std::string& body) const;

  std::string take_, done_, chunk_, token_;
};

}  // namespace pilotlight::bench
