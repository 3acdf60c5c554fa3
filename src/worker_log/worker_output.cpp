#include "worker_log/worker_output.hpp"

#include <algorithm>

namespace pilotlight::worker_log {

WorkerOutput::WorkerOutput(std::string log_path, std::uint64_t log_size_max, std::vector<std::string> secrets)
    : redactor_(std::move(secrets)), file_(std::move(log_path), log_size_max) {}

void WorkerOutput::feed(std::string_view bytes, Timestamp at) {
  at_ = std::max(at_, at);
  redactor_.feed(bytes, clean_);
  take_lines();
}

void WorkerOutput::finish() {
  redactor_.finish(clean_);
  if (!clean_.empty() || !line_.empty()) clean_ += '\n';
  take_lines();
}

void WorkerOutput::remark(std::string_view text) {
  file_.append("pilotlight: " + clean(text) + "\n");
}

void WorkerOutput::take_lines() {
  std::string_view rest = clean_;
  for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1))
    take_line(rest.substr(0, end));
  extend_line(rest);
  clean_.clear();
  if (!batch_.empty()) file_.append(batch_);
  batch_.clear();
}

void WorkerOutput::extend_line(std::string_view more) {
  const std::size_t kept = std::min(more.size(), line_max - line_.size());
  line_.append(more.substr(0, kept));
  dropped_ += more.size() - kept;
}

void WorkerOutput::take_line(std::string_view end) {
  extend_line(end);
  if (dropped_ > 0) line_ += " [" + std::to_string(dropped_) + " bytes cut]";
  last_.add(line_, at_);
  batch_.append(line_).push_back('\n');
  line_.clear();
  dropped_ = 0;
}

}  // namespace pilotlight::worker_log
