#include "runtime/router.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pilotlight::runtime {

Router::Router(std::vector<std::unique_ptr<Runtime>> runtimes) {
  ASSERT(!runtimes.empty());
  for (auto& runtime : runtimes) {
    RuntimeCapabilities can = runtime->capabilities();
    members_.push_back({std::move(runtime), std::move(can)});
  }
}

RuntimeCapabilities Router::capabilities() const {
  RuntimeCapabilities all;
  for (const Member& member : members_) {
    const auto& schemes = member.can.image_schemes;
    all.image_schemes.insert(all.image_schemes.end(), schemes.begin(), schemes.end());
    all.other_images = all.other_images || member.can.other_images;
  }
  return all;
}

Runtime* Router::taker(const std::string& image) const {
  const auto named = [&image](const Member& member) {
    const auto& schemes = member.can.image_schemes;
    return std::any_of(schemes.begin(), schemes.end(),
                       [&image](const std::string& scheme) { return image.starts_with(scheme); });
  };
  const auto other = [](const Member& member) { return member.can.other_images; };
  auto found = std::find_if(members_.begin(), members_.end(), named);
  if (found == members_.end()) found = std::find_if(members_.begin(), members_.end(), other);
  return found == members_.end() ? nullptr : found->runtime.get();
}

std::string Router::why_not(const std::string& image) const {
  std::string schemes;
  for (const std::string& scheme : capabilities().image_schemes)
    schemes += (schemes.empty() ? "" : " or ") + scheme;
  return "this server cannot run the image \"" + image + "\"; give the template an image that begins with " +
         schemes;
}

void Router::subscribe(RuntimeReports reports) {
  queue_->subscribe(std::move(reports));
  for (Member& member : members_) hear(member);
}

void Router::hear(Member& member) {
  RuntimeReports reports;
  reports.started = [this, &member](WorkerId worker) {
    owned(worker, *member.runtime);
    reports_.started(worker);
  };
  reports.exited = reports_.exited;
  reports.listed = [this, &member](std::vector<WorkerId> workers) { listed(member, std::move(workers)); };
  reports.output = [this](WorkerId worker, Timestamp asked, std::vector<OutputLine> output) {
    told(worker, asked, std::move(output));
  };
  member.runtime->subscribe(std::move(reports));
}

void Router::owned(WorkerId worker, Runtime& runtime) {
  const std::lock_guard lock(mutex_);
  owners_.insert_or_assign(worker, &runtime);
}

Runtime* Router::owner(WorkerId worker) {
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(worker);
  return found == owners_.end() ? nullptr : found->second;
}

void Router::prepare(WorkerSpec spec) {
  Runtime* const runtime = taker(spec.image);
  if (runtime == nullptr) {
    const std::lock_guard lock(mutex_);
    refused_.insert_or_assign(spec.worker, why_not(spec.image));
    return;
  }
  owned(spec.worker, *runtime);
  runtime->prepare(std::move(spec));
}

void Router::start(WorkerId worker) {
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = refused_.find(worker); found != refused_.end()) why = found->second;
  }
  if (!why.empty()) return reports_.exited(worker, -1, 0, std::move(why), {});
  Runtime* const runtime = owner(worker);
  (runtime != nullptr ? *runtime : *members_.front().runtime).start(worker);
}

void Router::stop(WorkerId worker, milliseconds grace) {
  if (Runtime* const runtime = owner(worker)) return runtime->stop(worker, grace);
  for (const Member& member : members_) member.runtime->stop(worker, grace);
}

void Router::forget(WorkerId worker) {
  for (const Member& member : members_) member.runtime->forget(worker);
  const std::lock_guard lock(mutex_);
  owners_.erase(worker);
  refused_.erase(worker);
}

void Router::list() {
  for (const Member& member : members_) member.runtime->list();
}

void Router::listed(Member& member, std::vector<WorkerId> workers) {
  std::vector<WorkerId> all;
  {
    const std::lock_guard lock(mutex_);
    for (const WorkerId worker : workers) owners_.insert_or_assign(worker, member.runtime.get());
    member.lists.push_back(std::move(workers));
    if (std::any_of(members_.begin(), members_.end(), [](const Member& one) { return one.lists.empty(); }))
      return;
    for (Member& one : members_) {
      all.insert(all.end(), one.lists.front().begin(), one.lists.front().end());
      one.lists.pop_front();
    }
  }
  reports_.listed(std::move(all));
}

void Router::read_output(WorkerId worker, Timestamp asked) {
  if (Runtime* const runtime = owner(worker)) return runtime->read_output(worker, asked);
  {
    const std::lock_guard lock(mutex_);
    questions_[{worker, asked}].unanswered += members_.size();
  }
  for (const Member& member : members_) member.runtime->read_output(worker, asked);
}

void Router::told(WorkerId worker, Timestamp asked, std::vector<OutputLine> output) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto question = questions_.find({worker, asked}); question != questions_.end()) {
      // Only the runtime that has the worker knows any lines.
      if (question->second.output.empty()) question->second.output = std::move(output);
      if (--question->second.unanswered > 0) return;
      output = std::move(questions_.extract(question).mapped().output);
    }
  }
  reports_.output(worker, asked, std::move(output));
}

}  // namespace pilotlight::runtime
