#pragma once

#include <cstdint>
#include <string>

#include "dev/child.hpp"

namespace pilotlight::dev {

struct OwnServerSettings {
  std::string data;
  std::string log;  ///< file that its output replaces
  std::uint16_t port = 0;
};

/// `pilotlight serve` as a child of this process, on loopback. It leads a session of its own and is told to
/// end when this process ends in whatever way.
class OwnServer {
 public:
  static Result<OwnServer> start(const OwnServerSettings& settings);

  /// Readable once it has ended.
  int descriptor() const { return child_.ended.get(); }
  bool ended();

  /// The server's address and API key once it serves; empty before. Waits a fifth of a second at most.
  std::string url();
  std::string key() const;

  /// Asks it to end its jobs and itself; asked again, to end at once.
  void stop();
  /// Ends it and all that it started, without asking.
  void kill();

  /// The last lines of its log, for a person.
  std::string last_words() const;

 private:
  OwnServer(OwnServerSettings settings, Child child)
      : settings_(std::move(settings)), child_(std::move(child)) {}

  OwnServerSettings settings_;
  Child child_;
  bool collected_ = false;
};

}  // namespace pilotlight::dev
