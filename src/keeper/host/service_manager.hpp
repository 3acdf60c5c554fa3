#pragma once

#include <string>
#include <string_view>

namespace pilotlight::keeper {

/// The service manager that started this process, if it waits for word of it: the protocol of sd_notify(3).
class ServiceManager {
 public:
  /// Takes NOTIFY_SOCKET out of the environment, so that no child speaks for this process.
  ServiceManager();

  /// Lines such as "READY=1". Never waits; a manager that cannot be reached is not told.
  void tell(std::string_view lines) const;

 private:
  std::string socket_;  ///< a path, or '@' and an abstract name; empty: nobody waits
};

}  // namespace pilotlight::keeper
