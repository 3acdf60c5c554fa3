#pragma once

#include <span>

#include "sim/twins/batch.hpp"
#include "sim/twins/image.hpp"

namespace pilotlight::sim {

/// What one call of the control plane said, and why it was called.
struct Step {
  const Batch& batch;
  const Command* command;  ///< null: `advance` or `restored`
  std::span<const Record> records;
  std::span<const Effect> effects;

  Timestamp now() const { return batch.now; }

  template <class C>
  const C* is() const {
    return command == nullptr ? nullptr : std::get_if<C>(command);
  }
};

}  // namespace pilotlight::sim
