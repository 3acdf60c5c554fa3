#include "sim/actors/sim_reader.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void SimReaders::follow(const JobId& job, const EndpointId& endpoint) {
  auto reader = std::make_shared<Reader>();
  reader->job = job;
  reader->endpoint = endpoint;
  reader->polls = world_.dice.clients.chance(50);
  reader->life = world_.engine.life();
  ask(reader);
}

void SimReaders::ask(const std::shared_ptr<Reader>& reader) {
  const milliseconds hold{world_.dice.clients.between(0, 10'000)};
  const auto found = std::make_shared<Page>();
  const auto after = reader->polls ? std::nullopt : std::optional(reader->position);
  const auto heard = [this, reader, found](const Answer* answer) {
    if (answer != nullptr) read(*reader, *found);
    reader->missed = reader->missed || answer == nullptr;
    if (reader->ended || found->gone) return;
    world_.schedule.after(skewed(world_.dice.clients, milliseconds{1}, milliseconds{3'000}),
                          [this, reader] { ask(reader); });
  };
  world_.net.ask({.lane = Lane::control,
                  .command = command::ReadStream{ticket_none, reader->endpoint, reader->job, after, hold},
                  .heard = heard,
                  .door =
                      [this, reader, found](Answer answer) {
                        *found = page(*reader, answer);
                        return answer;
                      },
                  .patience = milliseconds{60'000}});
}

SimReaders::Page SimReaders::page(const Reader& reader, const Answer& answer) {
  Page page;
  page.life = world_.engine.life();
  const auto* told = std::get_if<answer::StreamChunks>(&answer);
  if (told == nullptr) {
    rest(reader, page);
    return page;
  }
  page.run = told->run;
  page.from = told->from;
  if (told->chunk) {
    page.chunks = {told->chunk.number};
    return page;
  }
  // A door that answers a poll reads all that it was told of; what is gone by then is of a run that is over.
  for (std::uint32_t at = told->from; at < told->to;) {
    const auto some = world_.store.chunks(reader.job, told->run, at, told->to);
    if (some.empty()) break;
    at += static_cast<std::uint32_t>(some.size());
    page.chunks.insert(page.chunks.end(), some.begin(), some.end());
    if (!reader.polls) break;
  }
  return page;
}

/// The job has ended, or was never there: the store has what is left.
void SimReaders::rest(const Reader& reader, Page& page) {
  const auto row = world_.store.final_job(reader.job, world_.plane_now());
  auto stream = world_.store.stream(reader.job);
  page.gone = !row;
  if (!row) return;
  page.run = stream ? stream->run : 0;
  const std::uint32_t own = page.run == reader.position.run ? reader.position.chunks : 0;
  page.from = reader.polls && stream ? stream->read : own;
  const std::uint32_t all = stream ? stream->chunks : 0;
  for (std::uint32_t at = page.from; at < all;) {
    const auto some = world_.store.chunks(reader.job, page.run, at, all);
    require(!some.empty(), "S14", "job {} ended with {} chunks, but after {} there are none", reader.job, all,
            at);
    at += static_cast<std::uint32_t>(some.size());
    page.chunks.insert(page.chunks.end(), some.begin(), some.end());
  }
  page.last = true;
  if (!reader.polls || !stream || stream->read == all) return;
  stream->read = all;
  world_.net.ask_inside({.lane = Lane::control, .command = command::MoveStream{ticket_none, *stream}});
}

void SimReaders::in_place(const Reader& reader, const Page& page) const {
  if (reader.missed || page.chunks.empty()) return;
  const bool crashed = reader.polls && page.life != reader.life;
  require(page.from == reader.position.chunks || (crashed && page.from < reader.position.chunks), "S14",
          "job {}: chunks from {} for a reader at {}", reader.job, page.from, reader.position.chunks);
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
  in_place(reader, page);
  const auto beyond = reader.seen.lower_bound(page.from);
  if (reader.polls && beyond != reader.seen.end()) {
    MARK("sim: chunks come twice after a crash");
    reader.seen.erase(beyond, reader.seen.end());
  }
  for (std::uint32_t at = page.from; const RowNumber chunk : page.chunks) {
    const bool fresh = std::none_of(reader.seen.begin(), reader.seen.end(),
                                    [chunk](const auto& seen) { return seen.second == chunk; });
    require(fresh, "S14", "job {}: chunk {} is seen twice", reader.job, chunk);
    reader.seen.emplace(at++, chunk);
  }
  if (!page.chunks.empty())
    reader.position.chunks = page.from + static_cast<std::uint32_t>(page.chunks.size());
  reader.life = page.life;
  reader.ended = page.last;
  if (page.last && !reader.seen.empty()) MARK("sim: stream read to its end");
}

}  // namespace pilotlight::sim
