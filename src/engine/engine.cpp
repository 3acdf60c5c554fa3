#include "engine/engine.hpp"

#include <atomic>
#include <thread>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/committer.hpp"
#include "engine/inbox.hpp"
#include "engine/releaser.hpp"
#include "engine/restorer.hpp"
#include "engine/trace.hpp"
#include "engine/work_pool.hpp"

namespace pilotlight::engine {
namespace {

constexpr unsigned files_threads = 2;
/// With a niceness of 10 they get about a tenth of a processor that others want: they are felt little, and do
/// not starve (docs/decisions/background.md).
constexpr unsigned background_threads = 2;
constexpr int background_niceness = 10;
/// Deadlines are met at the next whole tick, those of one tick together: a thousand parked polls then end in
/// a few batches a second, not in one each.
constexpr milliseconds deadline_tick{50};

void end_process(const Error& error) {
  log::error("store_failed code={} reason=\"{}\" action=\"the server stops; the next start recovers\"",
             static_cast<int>(error.code), error.message);
  log::close();
  std::_Exit(70);
}

}  // namespace

struct Engine::Parts {
  Parts(EngineOptions given, Store& store_, Clock& clock_, EffectSink& effects_)
      : options(std::move(given)),
        store(store_),
        clock(clock_),
        effects(effects_),
        trace(options.trace),
        files(files_threads),
        background(background_threads, background_niceness),
        releaser(store_, files, effects_, options.sinks),
        plane(options.limits, options.seed),
        committer(store_, clock_, releaser, inbox, options.limits.stall_after,
                  options.on_store_failure ? options.on_store_failure : end_process,
                  [this](std::uint64_t batch) { trace.put_durable(batch); }) {}

  void run();
  void run_batch(std::vector<Submission>& items);
  std::vector<std::function<void()>> announce(const std::vector<Effect>& coming);
  void traced_apply(Timestamp now, const Command& command, core::Outcome& out);
  void traced_advance(Timestamp now, core::Outcome& out);
  std::optional<std::chrono::milliseconds> time_to_deadline();

  EngineOptions options;
  Store& store;
  Clock& clock;
  EffectSink& effects;
  TraceWriter trace;
  WorkPool files;
  WorkPool background;
  Inbox inbox;
  Releaser releaser;
  core::ControlPlane plane;
  Committer committer;
  std::atomic<RowNumber> last_row{0};
  std::atomic<std::uint64_t> commands{0};
  std::uint64_t batch_number = 0;
  Timestamp last_now{};
  bool started = false;
  std::thread thread;
};

Engine::Engine(EngineOptions options, Store& store, Clock& clock, EffectSink& effects)
    : parts_(std::make_unique<Parts>(std::move(options), store, clock, effects)) {}

Engine::~Engine() {
  stop();
}

Result<Loaded> Engine::start(const std::function<void(const Record&)>& each_record) {
  Parts& p = *parts_;
  ASSERT(!p.started);
  const Timestamp now = p.clock.now();
  if (auto begun =
          p.trace.start({TraceHeader{}.format, p.options.trace.build, p.options.seed, p.options.limits, now});
      !begun)
    log::warn("trace_off reason=\"{}\"", begun.error().message);
  Restorer restorer([&p](const Record& record) {
    p.trace.put(TraceEntry::restored, record);
    p.trace.publish_large();
    p.plane.restore(record);
  });
  const Result<Loaded> loaded = p.store.load([&](Record record) {
    if (each_record) each_record(record);
    restorer.push(std::move(record));
  });
  restorer.finish();
  if (!loaded) return loaded.error();
  p.last_row = loaded->row_highest;
  p.last_now = std::max(now, loaded->newest);
  p.started = true;
  p.committer.start();
  core::Outcome out;
  p.plane.restored(p.last_now, out);
  p.trace.put(TraceEntry::boot, p.last_now);
  p.trace.put(TraceEntry::outcome, outcome_hash(out, 0, 0));
  p.trace.publish();
  p.committer.push({++p.batch_number, p.last_now, std::chrono::steady_clock::now(), std::move(out), {}, 0});
  p.thread = std::thread([&p] { p.run(); });
  return *loaded;
}

void Engine::submit(std::vector<Submission>& list) {
  parts_->inbox.push(list);
}

void Engine::submit(Lane lane, Command command) {
  std::vector<Submission> one;
  one.push_back({lane, std::move(command), {}});
  submit(one);
}

RowNumber Engine::draw_row() {
  const RowNumber by_time = static_cast<RowNumber>(to_ms(parts_->clock.now())) << row_sequence_bits;
  RowNumber last = parts_->last_row.load(std::memory_order_relaxed);
  RowNumber next = 0;
  do next = std::max(last + 1, by_time);
  while (!parts_->last_row.compare_exchange_weak(last, next, std::memory_order_relaxed));
  return next;
}

void Engine::on_files_thread(std::function<void()> work) {
  parts_->files.post(std::move(work));
}

void Engine::in_background(std::function<void()> work) {
  parts_->background.post(std::move(work));
}

void Engine::stop() {
  Parts& p = *parts_;
  p.inbox.close();
  if (p.thread.joinable()) p.thread.join();
  p.committer.stop();
  p.files.stop();
  p.background.stop();
}

Engine::Figures Engine::figures() const {
  const Parts& p = *parts_;
  return {p.commands.load(std::memory_order_relaxed), p.committer.commits(), p.committer.records(),
          p.trace.gaps(), p.committer.commit_alone_us()};
}

void Engine::Parts::run() {
  std::vector<Submission> items;
  while (inbox.take(time_to_deadline(), items)) {
    if (const auto late = committer.wait_until_flowing())
      items.insert(items.begin(), {Lane::control, command::AnswersDelayed{*late}, {}});
    run_batch(items);
    items.clear();
  }
}

std::optional<std::chrono::milliseconds> Engine::Parts::time_to_deadline() {
  const std::optional<Timestamp> due = plane.next_deadline();
  if (!due) return std::nullopt;
  const Timestamp present = std::max(clock.now(), last_now);
  if (*due <= present) return milliseconds{0};
  const milliseconds into_tick = due->time_since_epoch() % deadline_tick;
  return *due - present + (deadline_tick - into_tick) % deadline_tick;
}

void Engine::Parts::run_batch(std::vector<Submission>& items) {
  last_now = std::max(last_now, clock.now());
  AppliedBatch batch{++batch_number, last_now, std::chrono::steady_clock::now(), {}, {}, items.size()};
  for (Submission& item : items) {
    for (StoredPayload& payload : item.payloads) batch.payloads.push_back(std::move(payload));
    traced_apply(last_now, item.command, batch.outcome);
  }
  traced_advance(last_now, batch.outcome);
  commands.fetch_add(items.size(), std::memory_order_relaxed);
  const bool nothing_to_do = batch.outcome.records.empty() && batch.outcome.effects.empty();
  if (!items.empty() || !nothing_to_do) trace.put(TraceEntry::batch, batch.number);
  trace.publish();
  auto preparations = announce(batch.outcome.effects);
  if (!nothing_to_do) committer.push(std::move(batch));
  // Not before: the commit goes to the disk, and what waits for nothing may use that time.
  for (auto& work : preparations) files.post(std::move(work));
}

/// What is worth doing while the commit is under way.
std::vector<std::function<void()>> Engine::Parts::announce(const std::vector<Effect>& coming) {
  std::vector<std::function<void()>> preparations;
  for (const Effect& effect : coming)
    if (const auto* start = std::get_if<effect::StartWorker>(&effect))
      if (auto work = effects.expect_worker(*start)) preparations.push_back(std::move(work));
  return preparations;
}

void Engine::Parts::traced_apply(Timestamp now, const Command& command, core::Outcome& out) {
  const std::size_t records = out.records.size(), effects = out.effects.size();
  plane.apply(now, command, out);
  if (!trace.enabled()) return;
  trace.put(TraceEntry::apply, now, command);
  trace.put(TraceEntry::outcome, outcome_hash(out, records, effects));
}

void Engine::Parts::traced_advance(Timestamp now, core::Outcome& out) {
  const std::size_t records = out.records.size(), effects = out.effects.size();
  plane.advance(now, out);
  if (!trace.enabled()) return;
  trace.put(TraceEntry::advance, now);
  trace.put(TraceEntry::outcome, outcome_hash(out, records, effects));
}

}  // namespace pilotlight::engine
