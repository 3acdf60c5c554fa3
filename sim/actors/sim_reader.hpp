#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "domain/answer.hpp"

namespace pilotlight::sim {

struct World;

/// Simulated readers of streams, each with a position of its own (S14): of every run a reader sees the chunks
/// in order, none twice and none missing, to the last one of the job.
class SimReaders {
 public:
  explicit SimReaders(World& world) : world_(world) {}

  void follow(const JobId& job, const EndpointId& endpoint);

 private:
  struct Reader {
    JobId job;
    EndpointId endpoint;
    StreamPosition position;
    std::vector<RowNumber> seen;  ///< of the run
    bool ended = false;
  };
  /// What the door adds to an answer.
  struct Page {
    std::uint32_t run = 0;
    std::uint32_t from = 0;
    std::vector<RowNumber> chunks;
    bool last = false;  ///< the job has ended, and there are no more
    bool gone = false;  ///< the job is not kept any more, or lives again
  };
  void ask(const std::shared_ptr<Reader>& reader);
  Page page(const Reader& reader, const Answer& answer);
  void read(Reader& reader, const Page& page);

  World& world_;
};

}  // namespace pilotlight::sim
