#include "worker_log/worker_output.hpp"

#include <sys/random.h>

#include <algorithm>
#include <utility>

#include "base/hex.hpp"
#include "worker_log/line_format.hpp"

namespace pilotlight::worker_log {
namespace {

constexpr std::size_t batch_usual_max = 64 * 1024;

/// Empty if the system has no chance to give.
std::string new_mark() {
  char bytes[16];
  return ::getrandom(bytes, sizeof bytes, 0) == sizeof bytes ? to_hex({bytes, sizeof bytes}) : std::string();
}

}  // namespace

WorkerOutput::WorkerOutput(std::string log_path, std::uint64_t log_size_max, std::vector<std::string> secrets,
                           LogOwner owner)
    : redactor_(std::move(secrets)),
      file_(std::move(log_path), log_size_max, owner),
      mark_(new_mark()),
      batch_max_(static_cast<std::size_t>(std::min<std::uint64_t>(batch_usual_max, log_size_max / 2))) {}

std::size_t WorkerOutput::feed(std::string_view bytes, Timestamp at) {
  advance(at);
  redactor_.feed(bytes, clean_);
  take_lines();
  return std::exchange(written_, 0);
}

void WorkerOutput::finish() {
  redactor_.finish(clean_);
  if (!clean_.empty() || !line_.empty()) clean_ += '\n';
  take_lines();
}

void WorkerOutput::remark(std::string_view text, Timestamp at) {
  advance(at);
  add_remark(text);
  write_batch();
}

void WorkerOutput::close(std::string_view text, Timestamp at) {
  advance(at);
  add_remark(text);
  if (batch_.empty()) batch_first_ = newest_ + 1;
  batch_.append(end_mark).push_back('\n');
  write_batch();
}

void WorkerOutput::advance(Timestamp at) {
  if (at <= at_) return;
  at_ = at;
  time_ = to_iso8601(at_);
}

void WorkerOutput::take_lines() {
  std::string_view rest = clean_;
  for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1))
    take_line(rest.substr(0, end));
  extend_line(rest);
  clean_.clear();
  write_batch();
}

void WorkerOutput::extend_line(std::string_view more) {
  const std::size_t kept = std::min(more.size(), line_max - line_.size());
  line_.append(more.substr(0, kept));
  dropped_ += more.size() - kept;
}

void WorkerOutput::take_line(std::string_view end) {
  extend_line(end);
  if (dropped_ > 0) line_ += " [" + std::to_string(dropped_) + " bytes cut]";
  if (!mark_.empty() && line_.starts_with(mark_)) {
    add_row(Source::system, std::string_view(line_).substr(mark_.size()));
  } else {
    last_.add(line_, at_);
    add_row(Source::container, line_);
  }
  line_.clear();
  dropped_ = 0;
}

void WorkerOutput::add_remark(std::string_view text) {
  const std::string all = clean(text);
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    add_row(Source::system, beginning_of(line, line_max));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
}

void WorkerOutput::add_row(Source source, std::string_view text) {
  if (batch_.size() + text.size() + row_overhead_max > batch_max_) write_batch();
  ++newest_;
  if (batch_.empty()) batch_first_ = newest_;
  append_row(batch_, time_, newest_, source, text);
}

void WorkerOutput::write_batch() {
  if (batch_.empty()) return;
  file_.append(batch_, batch_first_);
  written_ += batch_.size();
  batch_.clear();
}

}  // namespace pilotlight::worker_log
