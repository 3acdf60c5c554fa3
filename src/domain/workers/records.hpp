#pragma once

#include <cstdint>
#include <variant>

#include "domain/workers/worker.hpp"

namespace pilotlight::record {

struct WorkerSaved {
  static constexpr std::uint8_t wire = 6;
  Worker value;
};
struct WorkerRemoved {
  static constexpr std::uint8_t wire = 7;
  WorkerId id;
};

}  // namespace pilotlight::record

namespace pilotlight {

using WorkerRecords = std::variant<record::WorkerSaved, record::WorkerRemoved>;

}  // namespace pilotlight
