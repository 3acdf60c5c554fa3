#include "service/streams/stream_reader.hpp"

#include "service/ask.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {
namespace {

/// Before the store is asked again for what it should have had.
constexpr milliseconds retry_pause{50};

}  // namespace

awaitable<StreamReader::Step> StreamReader::next(milliseconds hold) {
  for (bool again = false; !final_; again = true) {
    engine::Reply reply = co_await context_.asker(exchange_).ask(
        engine::Lane::control,
        command::ReadStream{ticket_none, target_.endpoint, target_.job, position_, hold}, {}, &exchange_);
    if (const auto* told = std::get_if<answer::StreamChunks>(&reply.answer))
      co_return co_await live_step(*told, std::move(reply.bodies));
    if (std::holds_alternative<answer::Abandoned>(reply.answer)) co_return Step{.found = Found::hang_up};
    const Result<void> looked = co_await look_into_store();
    if (!looked) co_return unreadable(looked.error());
    // Between the two looks a retry may have brought it from the store into the core.
    if (!final_ && again) co_return Step{.found = Found::no_job};
  }
  co_return co_await final_step();
}

bool StreamReader::enter_run(std::uint32_t run) {
  if (run == position_.run) return false;
  const bool had_some = position_.chunks > 0;
  position_ = {run, 0};
  return had_some;
}

awaitable<StreamReader::Step> StreamReader::live_step(answer::StreamChunks told, std::vector<Body> bodies) {
  Step step{.state = told.state, .began_anew = enter_run(told.run)};
  position_.chunks = told.from;
  if (told.from == told.to) co_return step;
  if (told.chunk && !bodies.empty() && bodies.front()) {
    step.chunks = std::move(bodies);
  } else {
    auto read = [this, told] { return context_.store.chunks(target_.job, told.run, told.from, told.to); };
    auto page = co_await on_files_thread(context_, exchange_, std::move(read));
    if (page)
      step.chunks = std::move(*page);
    else
      step = unreadable(page.error());
    if (step.chunks.empty() && step.found == Found::chunks) co_await pause(exchange_, retry_pause);
  }
  position_.chunks += static_cast<std::uint32_t>(step.chunks.size());
  co_return step;
}

awaitable<Result<void>> StreamReader::look_into_store() {
  auto look = [this]() -> Result<void> {
    auto row = final_row(context_, target_);
    if (!row) return row.error();
    if (!*row) return {};
    auto stream = context_.store.stream(target_.job);
    if (!stream) return stream.error();
    if (*stream) stored_ = **stream;
    final_ = std::move(**row);
    return {};
  };
  co_return co_await on_files_thread(context_, exchange_, std::move(look));
}

awaitable<StreamReader::Step> StreamReader::final_step() {
  Step step{.state = final_->state, .began_anew = enter_run(stored_.run)};
  auto read = [this, &step] {
    if (position_.chunks < stored_.chunks) {
      auto page = context_.store.chunks(target_.job, stored_.run, position_.chunks, stored_.chunks);
      if (!page) return void(step = unreadable(page.error()));
      step.chunks = std::move(*page);
    }
    if (!step.chunks.empty()) return;
    step.found = Found::end;
    auto result = result_of(context_.store, *final_);
    if (result)
      step.result = std::move(*result);
    else
      step =
          result.error().code == Errc::not_found ? Step{.found = Found::no_job} : unreadable(result.error());
  };
  co_await on_files_thread(context_, exchange_, std::move(read));
  position_.chunks += static_cast<std::uint32_t>(step.chunks.size());
  co_return step;
}

}  // namespace pilotlight::service
