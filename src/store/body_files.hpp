#pragma once

#include <functional>
#include <string>

#include "base/body.hpp"
#include "base/error.hpp"
#include "domain/payload.hpp"

namespace pilotlight::store {

/// Large payloads, one file each, named by number. A file is whole and durable before its name exists. Any
/// thread.
class BodyFiles {
 public:
  explicit BodyFiles(std::string folder) : folder_(std::move(folder)) {}

  /// Makes the folder (mode 0700) if it is not there.
  Result<void> open();
  Result<void> write(const PayloadRef& ref, const Body& body);
  Result<Body> read(const PayloadRef& ref);
  void remove(RowNumber number);
  /// Deletes every file that is there now and whose number `known` denies, half-written ones included. Before
  /// use.
  std::size_t sweep(const std::function<bool(RowNumber)>& known);

 private:
  std::string path(RowNumber number) const;

  const std::string folder_;
};

}  // namespace pilotlight::store
