#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "domain/answer.hpp"
#include "domain/jobs/stream.hpp"

namespace pilotlight::sim {

struct World;

/// Simulated readers of streams (S14). With a position of its own a reader sees of every run the chunks in
/// order, none twice and none missing, to the last one of the job. Without one, alone with the shared
/// position, it may see chunks again after a crash, and misses some only with an answer that never arrived.
class SimReaders {
 public:
  explicit SimReaders(World& world) : world_(world) {}

  /// Once a job.
  void follow(const JobId& job, const EndpointId& endpoint);

 private:
  struct Reader {
    JobId job;
    EndpointId endpoint;
    bool polls = false;  ///< it has no position of its own
    StreamPosition position;
    std::map<std::uint32_t, RowNumber> seen;  ///< chunks of the run, by their places
    bool ended = false;
    bool missed = false;     ///< an answer to a poll never arrived
    std::uint64_t life = 0;  ///< life of the server that answered last
  };
  /// What the door adds to an answer.
  struct Page {
    std::uint32_t run = 0;
    std::uint32_t from = 0;
    std::vector<RowNumber> chunks;
    bool last = false;  ///< the job has ended, and there are no more
    bool gone = false;  ///< the job is not kept any more, or lives again
    std::uint64_t life = 0;
  };
  void ask(const std::shared_ptr<Reader>& reader);
  Page page(const Reader& reader, const Answer& answer);
  void rest(const Reader& reader, Page& page);
  void in_place(const Reader& reader, const Page& page) const;
  void read(Reader& reader, const Page& page);

  World& world_;
};

}  // namespace pilotlight::sim
