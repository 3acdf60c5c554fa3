#include "sim/checkers/digest.hpp"

#include <variant>

#include "base/hash.hpp"
#include "sim/checkers/digest_numbers.hpp"

namespace pilotlight::sim {
namespace {

constexpr std::uint64_t call_without_command = 99;

}  // namespace

/// The writer adds one value after the other, each behind its kind.
struct Digest::Writer {
  Digest& digest;

  void operator()(const record::JobSaved& r) const { job(r.value, r.value.holders.size()); }
  void operator()(const record::JobFinished& r) const { job(r.value, 0); }
  void operator()(const record::JobRevived& r) const { add(place(r.id.text())); }
  void operator()(const record::RetentionShortened& r) const { add(place(r.id.text())); }
  void operator()(const record::WorkerSaved& r) const {
    add(place(r.value.id.view()));
    add(place(r.value.endpoint.view()));
    add(number(r.value.state));
    add(static_cast<std::uint64_t>(r.value.endpoint_version));
  }
  void operator()(const record::EndpointSaved& r) const {
    add(place(r.value.id.view()));
    add(static_cast<std::uint64_t>(r.value.version));
  }
  void operator()(const record::WebhookSaved& r) const {
    add(place(r.value.job.text()));
    add(r.value.attempts);
  }
  void operator()(const effect::Reply& e) const {
    std::visit(
        [this](const auto& answer) {
          add(number_of<std::decay_t<decltype(answer)>>);
          (*this)(answer);
        },
        e.answer);
  }
  void operator()(const effect::StartWorker& e) const { add(place(e.worker.view())); }
  void operator()(const effect::StopWorker& e) const {
    add(place(e.worker.view()));
    add(static_cast<std::uint64_t>(e.grace.count()));
  }
  void operator()(const effect::ForgetWorker& e) const { add(place(e.worker.view())); }
  void operator()(const effect::SendWebhook& e) const {
    add(place(e.job.text()));
    add(e.attempt);
  }
  void operator()(const answer::JobLive& a) const {
    add(place(a.id.text()));
    add(number(a.state));
    add(static_cast<std::uint64_t>(a.waiting.reason));
  }
  void operator()(const answer::JobsTaken& a) const {
    for (const answer::Delivery& one : a.jobs) add(place(one.id.text()));
  }
  void operator()(const answer::Refused& a) const { add(static_cast<std::uint64_t>(a.code)); }
  /// Other values have no field that tells more than their kind.
  void operator()(const auto&) const {}

  template <class AnyJob>
  void job(const AnyJob& job, std::uint64_t holders) const {
    add(place(job.id.text()));
    add(place(job.endpoint.view()));
    add(place(job.worker.view()));
    add(number(job.state));
    add(job.retries);
    add(holders);
  }
  void add(std::uint64_t value) const { digest.add(value); }
  std::uint64_t place(std::string_view id) const { return digest.place(id); }
};

std::uint64_t Digest::place(std::string_view id) {
  if (id.empty()) return 0;
  const auto known = places_.find(id);
  if (known != places_.end()) return known->second;
  return places_.emplace(id, places_.size() + 1).first->second;
}

void Digest::add(std::uint64_t number) {
  value_ = stable_hash({reinterpret_cast<const char*>(&number), sizeof number}, value_);
}

void Digest::add(const Step& step) {
  const Writer write{*this};
  const auto any = [&](const auto& value) {
    add(number_of<std::decay_t<decltype(value)>>);
    write(value);
  };
  add(static_cast<std::uint64_t>(step.now().time_since_epoch().count()));
  if (step.command == nullptr)
    add(call_without_command);
  else
    std::visit([this](const auto& command) { add(number_of<std::decay_t<decltype(command)>>); },
               *step.command);
  for (const Record& record : step.records) std::visit(any, record);
  for (const Effect& effect : step.effects) std::visit(any, effect);
}

}  // namespace pilotlight::sim
