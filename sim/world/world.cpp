#include "sim/world/world.hpp"

#include "base/mark.hpp"

namespace pilotlight::sim {
namespace {

constexpr Timestamp beginning = timestamp_from_ms(1'750'000'000'000);

constexpr std::uint64_t stream(std::uint64_t seed, std::uint64_t number) {
  Random mix(seed * 0x9fb21c651e98df25ULL + number);
  return mix.next();
}

}  // namespace

Dice::Dice(std::uint64_t seed)
    : engine(stream(seed, 1)),
      store(stream(seed, 2)),
      net(stream(seed, 3)),
      runtime(stream(seed, 4)),
      workers(stream(seed, 5)),
      clients(stream(seed, 6)),
      manager(stream(seed, 7)),
      receivers(stream(seed, 8)),
      keyed(stream(seed, 9)),
      batches(stream(seed, 10)) {}

World::World(const Plan& drawn, Mutant broken, std::size_t trace_lines, bool with_hash)
    : plan(drawn),
      mutant(broken),
      hashing(with_hash),
      faults(drawn.faults),
      dice(drawn.seed),
      trace(trace_lines),
      schedule(beginning),
      audit(*this),
      store(*this),
      engine(*this),
      net(*this),
      runtime(*this),
      folders(*this),
      workers(*this),
      manager(*this),
      saver(*this),
      clients(*this),
      keyed(*this),
      batches(*this),
      api_keys(*this),
      credentials(*this),
      remover(*this),
      volumes(*this),
      readers(*this),
      receivers(*this) {}

void World::restart_clock() {
  milliseconds off{0};
  if (happens(dice.engine, faults.clock_step)) {
    MARK("sim: wall clock stepped");
    off = between(dice.engine, milliseconds{-3'600'000}, milliseconds{3'600'000});
  }
  clock_offset_ = std::max(schedule.now() + off, store.disk().newest) - schedule.now();
}

RowNumber World::row() {
  const auto least = static_cast<std::uint64_t>(to_ms(schedule.now())) << row_sequence_bits;
  last_row_ = std::max(last_row_ + 1, least);
  return last_row_;
}

JobId World::job_id(bool sync) {
  return JobId::make(row(), sync, dice.clients.next());
}

PayloadRef World::payload(RowNumber number, unsigned large_percent) {
  const bool large = dice.clients.chance(large_percent);
  constexpr std::uint32_t largest_input = 20U << 20;
  return {number, large ? largest_input : 100U, large ? PayloadPlace::file : PayloadPlace::row};
}

std::vector<PayloadRef> World::files(std::initializer_list<PayloadRef> payloads) {
  std::vector<PayloadRef> large;
  for (const PayloadRef& payload : payloads)
    if (payload.place == PayloadPlace::file) large.push_back(payload);
  return large;
}

}  // namespace pilotlight::sim
