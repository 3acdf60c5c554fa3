#include "keeper/host/server_program.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "base/assert.hpp"
#include "keeper/data_folder.hpp"

namespace pilotlight::keeper {
namespace {

constexpr const char* own_program = "/proc/self/exe";

}  // namespace

void ServerProgram::Outcome::write(std::string_view word, std::string_view text) const {
  write_helpful_file(file_, fmt::format("{}{}\n", word, text));
}

ServerProgram::ServerProgram(std::string outcome_file) : outcome_(std::move(outcome_file)) {
  std::error_code failed;
  path_ = std::filesystem::read_symlink(own_program, failed).string();
}

std::string ServerProgram::file() const {
  return current_ ? "/proc/self/fd/" + std::to_string(current_.get()) : own_program;
}

Result<void> ServerProgram::change() {
  ASSERT(!changing_);
  Fd fresh{::open(path_.c_str(), O_PATH | O_CLOEXEC)};
  if (!fresh) {
    const Error error = os_error("cannot open " + path_);
    outcome_.kept(error.message + ". The server was not restarted.");
    return error;
  }
  other_ = std::exchange(current_, std::move(fresh));
  changing_ = true;
  gone_back_ = false;
  return {};
}

void ServerProgram::ready(pid_t server) {
  if (!changing_) return;
  changing_ = false;
  other_.reset();
  if (gone_back_)
    outcome_.kept(fmt::format("The server of {} {}. The previous program serves again, as process {}.", path_,
                              why_back_, server));
  else
    outcome_.changed(fmt::format("{} serves as process {}; workers and jobs went on.", path_, server));
}

void ServerProgram::not_ready(std::string_view how) {
  if (!changing_) return;
  std::swap(current_, other_);
  gone_back_ = !gone_back_;
  if (gone_back_) why_back_ = fmt::format("ended {} before it was ready", how);
}

}  // namespace pilotlight::keeper
