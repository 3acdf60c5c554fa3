#include "sim/actors/sim_reader.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void SimReaders::follow(const JobId& job, const EndpointId& endpoint) {
  auto reader = std::make_shared<Reader>();
  reader->job = job;
  reader->endpoint = endpoint;
  ask(reader);
}

void SimReaders::ask(const std::shared_ptr<Reader>& reader) {
  const milliseconds hold{world_.dice.clients.between(0, 10'000)};
  const auto found = std::make_shared<Page>();
  world_.net.ask(
      {.lane = Lane::control,
       .command = command::ReadStream{ticket_none, reader->endpoint, reader->job, reader->position, hold},
       .heard =
           [this, reader, found](const Answer* answer) {
             if (answer != nullptr) read(*reader, *found);
             if (reader->ended || found->gone) return;
             world_.schedule.after(skewed(world_.dice.clients, milliseconds{1}, milliseconds{3'000}),
                                   [this, reader] { ask(reader); });
           },
       .door =
           [this, reader, found](Answer answer) {
             *found = page(*reader, answer);
             return answer;
           },
       .patience = milliseconds{60'000}});
}

SimReaders::Page SimReaders::page(const Reader& reader, const Answer& answer) {
  Page page;
  if (const auto* chunks = std::get_if<answer::StreamChunks>(&answer)) {
    page.run = chunks->run;
    page.from = chunks->from;
    if (chunks->chunk)
      page.chunks = {chunks->chunk.number};
    else
      page.chunks = world_.store.chunks(reader.job, chunks->run, chunks->from, chunks->to);
    return page;
  }
  // Ended, or never there: the store has what is left.
  const auto row = world_.store.final_job(reader.job, world_.plane_now());
  const auto stream = world_.store.stream(reader.job);
  page.gone = !row;
  if (!row) return page;
  page.run = stream ? stream->run : 0;
  page.from = page.run == reader.position.run ? reader.position.chunks : 0;
  const std::uint32_t all = stream ? stream->chunks : 0;
  page.chunks = world_.store.chunks(reader.job, page.run, page.from, all);
  page.last = page.from + page.chunks.size() == all;
  require(!page.chunks.empty() || page.last, "S14",
          "job {} ended with {} chunks, but after {} there are none", reader.job, all, page.from);
  return page;
}

void SimReaders::read(Reader& reader, const Page& page) {
  if (page.gone) return;
  if (page.run != reader.position.run) {
    MARK("sim: reader sees a new run");
    require(page.run > reader.position.run, "S14", "job {}: run {} after run {}", reader.job, page.run,
            reader.position.run);
    reader.position = {page.run, 0};
    reader.seen.clear();
  }
  require(page.from == reader.position.chunks || page.chunks.empty(), "S14",
          "job {}: chunks from {} for a reader at {}", reader.job, page.from, reader.position.chunks);
  for (const RowNumber chunk : page.chunks) {
    const bool fresh = std::find(reader.seen.begin(), reader.seen.end(), chunk) == reader.seen.end();
    require(fresh, "S14", "job {}: chunk {} is seen twice", reader.job, chunk);
    reader.seen.push_back(chunk);
  }
  reader.position.chunks += static_cast<std::uint32_t>(page.chunks.size());
  reader.ended = page.last;
  if (page.last && !reader.seen.empty()) MARK("sim: stream read to its end");
}

}  // namespace pilotlight::sim
