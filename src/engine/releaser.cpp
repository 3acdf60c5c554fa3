#include "engine/releaser.hpp"

#include "base/assert.hpp"

namespace pilotlight::engine {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

/// Calls `each` with the payloads that an answer brings along, in the order of Reply::bodies.
template <class Each>
void each_payload(const Answer& answer, const Each& each) {
  if (const auto* taken = std::get_if<answer::JobsTaken>(&answer)) {
    for (const answer::Delivery& job : taken->jobs) {
      each(job.input);
      each(job.extras);
    }
  } else if (const auto* ended = std::get_if<answer::JobEnded>(&answer)) {
    each(ended->job.result);
  } else if (const auto* live = std::get_if<answer::JobLive>(&answer)) {
    each(live->progress);
  } else if (const auto* chunks = std::get_if<answer::StreamChunks>(&answer)) {
    if (chunks->chunk) each(chunks->chunk);
  }
}

}  // namespace

Releaser::Releaser(Store& store, WorkPool& files, EffectSink& effects, std::vector<ReplySink*> sinks)
    : store_(store), files_(files), effects_(effects), sinks_(std::move(sinks)), gathered_(sinks_.size()) {}

void Releaser::release(std::vector<Effect> effects, const PayloadTable& table) {
  for (Effect& effect : effects)
    std::visit(Overloaded{
                   [&](effect::Reply& e) { reply(std::move(e), table); },
                   [&](effect::StartWorker& e) { effects_.start_worker(e); },
                   [&](effect::StopWorker& e) {
                     // The worker's parked polls were answered before; let those answers go first.
                     flush();
                     effects_.stop_worker(e);
                   },
                   [&](effect::ForgetWorker& e) { effects_.forget_worker(e); },
                   [&](effect::ReadOutput& e) { effects_.read_output(e); },
                   [&](effect::SendWebhook& e) { effects_.send_webhook(e); },
                   [&](effect::PublishKey& e) { effects_.publish_key(e); },
                   [&](effect::WithdrawKey& e) { effects_.withdraw_key(e); },
                   [&](effect::PublishSecret& e) { effects_.publish_secret(e); },
                   [&](effect::WithdrawSecret& e) { effects_.withdraw_secret(e); },
                   [&](effect::MakeVolumeFolder& e) { effects_.make_volume_folder(e); },
                   [&](effect::RemoveVolumeFolder& e) { effects_.remove_volume_folder(e); },
                   [&](effect::Drained&) {
                     flush();
                     effects_.drained();
                   },
               },
               effect);
}

void Releaser::reply(effect::Reply effect, const PayloadTable& table) {
  const unsigned sink = sink_of(effect.ticket);
  ASSERT(sink < sinks_.size());
  Reply reply{effect.ticket, std::move(effect.answer), {}};
  bool files = false;
  each_payload(reply.answer,
               [&](const PayloadRef& ref) { reply.bodies.push_back(fetch(ref, table, files)); });
  if (files)
    finish_on_files_thread(std::move(reply));
  else
    gathered_[sink].push_back(std::move(reply));
}

Body Releaser::fetch(const PayloadRef& ref, const PayloadTable& table, bool& from_file) {
  if (!ref) return nullptr;
  if (Body body = table.find(ref)) return body;
  if (ref.place == PayloadPlace::file) {
    from_file = true;
    return nullptr;
  }
  Result<Body> body = store_.read(ref);
  return body ? std::move(*body) : nullptr;
}

void Releaser::finish_on_files_thread(Reply reply) {
  files_.post([this, reply = std::move(reply)]() mutable {
    auto next = reply.bodies.begin();
    each_payload(reply.answer, [&](const PayloadRef& ref) {
      Body& body = *next++;
      if (ref.place != PayloadPlace::file || body) return;
      if (Result<Body> read = store_.read(ref); read) body = std::move(*read);
    });
    ReplySink* sink = sinks_[sink_of(reply.ticket)];
    std::vector<Reply> one;
    one.push_back(std::move(reply));
    sink->deliver(std::move(one));
  });
}

void Releaser::flush() {
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    if (gathered_[i].empty()) continue;
    sinks_[i]->deliver(std::move(gathered_[i]));
    gathered_[i].clear();
  }
}

}  // namespace pilotlight::engine
