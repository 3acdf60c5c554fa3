#include "dev/session.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "base/shell.hpp"
#include "dev/job_input.hpp"

namespace pilotlight::dev {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds look_often{100}, look_seldom{400};
constexpr seconds start_patience{60};
constexpr seconds end_patience{20};
constexpr std::size_t output_shown_max = 4'000;

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

std::string list_of(const std::vector<std::string>& paths) {
  constexpr std::size_t named = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), named); ++i) text += (i > 0 ? ", " : "") + paths[i];
  return paths.size() > named ? text + " and " + std::to_string(paths.size() - named) + " more" : text;
}

std::string start_failure(const WaitSeen& waits) {
  const auto code = waits.exit_code;
  if (code < 0 || code == 127) return waits.detail;  // its program could not be run
  const std::string how = code > 128 ? fmt::format("it was ended by signal {}", code - 128)
                                     : fmt::format("it ended with exit code {}", code);
  return how + " before it asked for a job" + (code == 0 ? "; does it call runpod.serverless.start?" : "");
}

std::vector<std::string> kept_paths(const Variables& variables) {
  std::vector<std::string> paths;
  std::string rest = value_of(variables, "PILOTLIGHT_KEEP");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) paths.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return paths;
}

}  // namespace

Session::Session(const DevRequest& request, Prepared prepared)
    : request_(request),
      prepared_(std::move(prepared)),
      screen_(request.once ? STDERR_FILENO : STDOUT_FILENO) {}

int Session::run() {
  if (const auto begun = begin(); !begun) {
    if (stops_ == 0) screen_.line("pilotlight: " + begun.error().message, Look::bad);
    status_ = 1;
  } else {
    follow();
  }
  end();
  if (request_.once && !finished_ && stops_ > 0) return 128 + last_signal_;
  return stops_ > 0 && !request_.once ? 0 : status_;
}

Result<void> Session::begin() {
  auto folder = DevFolder::take(prepared_.handler.folder);
  if (!folder) return folder.error();
  folder_.emplace(std::move(*folder));
  if (request_.keep) folder_->keep();
  watch_.emplace(prepared_.handler.folder, kept_paths(prepared_.variables));
  tails_.emplace(folder_->data() + "/workers");
  const auto url = start_server();
  if (!url) return url.error();
  if (const auto defined = define(*url); !defined) return defined.error();
  introduce();
  if (!prepared_.input.empty()) run_job();
  return {};
}

/// Where it serves.
Result<std::string> Session::start_server() {
  auto server = OwnServer::start({folder_->data(), folder_->server_log(), request_.port});
  if (!server) return server.error();
  server_.emplace(std::move(*server));
  const SteadyTime patience = steady_now() + start_patience;
  while (stops_ == 0) {
    if (const std::string url = server_->url(); !url.empty()) return url;
    if (server_->ended())
      return refusal(Errc::internal, "the server did not start:\n" + server_->last_words());
    if (steady_now() > patience)
      return refusal(Errc::timed_out, "the server does not answer; its log: " + folder_->server_log());
    wait(steady_now() + milliseconds{10});
  }
  return refusal(Errc::unavailable, "stopped");
}

Result<void> Session::define(const std::string& url) {
  api_.emplace(url, server_->key());
  const Definition definition{prepared_.handler.folder,
                              {prepared_.interpreter.path, "-u", prepared_.handler.file},
                              prepared_.variables,
                              request_.workers};
  if (const auto defined = api_->define(definition); !defined) return defined.error();
  folder_->say(fmt::format("process {}, {}", ::getpid(), api_->endpoint_url()));
  return folder_->publish(
      fmt::format("ENDPOINT={}\nRUNPOD_API_KEY={}\nRUNPOD_API_BASE_URL={}\nRUNPOD_ENDPOINT_BASE_URL={}/v2\n",
                  api_->endpoint(), server_->key(), url, url));
}

void Session::introduce() {
  const Interpreter& python = prepared_.interpreter;
  std::string body =
      prepared_.input.empty() || prepared_.input.size() > 300 ? "{\"input\": {}}" : prepared_.input;
  body.erase(body.find_last_not_of(" \t\r\n") + 1);
  screen_.line(fmt::format("{} in {}, Python {} with runpod {} ({})", prepared_.handler.file,
                           prepared_.handler.folder, python.python, python.runpod, python.path));
  screen_.line("");
  screen_.line("  url   " + api_->endpoint_url());
  screen_.line("  key   " + server_->key());
  screen_.line("");
  screen_.line(fmt::format("  curl {}/runsync --header 'Authorization: Bearer {}' --data {}",
                           api_->endpoint_url(), server_->key(), shell_quoted(body)));
  screen_.line("");
  if (!request_.once)
    screen_.line(std::string(reads_input() ? "Enter runs the last input again; a" : "A") +
                 " saved file restarts the workers; Ctrl-C ends everything.");
  if (!watch_->why_polling().empty())
    screen_.line(watch_->why_polling() + ": looking for saved files once a second", Look::bad);
}

void Session::follow() {
  SteadyTime next_look = steady_now();
  while (stops_ == 0 && !finished_) {
    if (server_->ended()) {
      screen_.line("the server has ended:\n" + server_->last_words(), Look::bad);
      status_ = 1;
      return;
    }
    if (steady_now() >= next_look) {
      look();
      next_look = steady_now() + (happenings_.busy() || !job_.empty() ? look_often : look_seldom);
    }
    watch_->look(steady_now());
    if (const auto changed = watch_->take(steady_now()); !changed.empty()) {
      restart(changed);
      next_look = steady_now();
    }
    if (std::exchange(again_, false)) run_job();
    if (finished_) return;
    wait(std::min(next_look, watch_->due().value_or(next_look)));
    if (screen_.gone()) take_signal(SIGHUP);
  }
}

/// A server that does not answer has been killed, and its keeper starts the next one: the next look tells.
void Session::look() {
  const auto workers = api_->workers();
  const auto jobs = api_->jobs();
  const auto health = api_->health();
  if (!workers || !jobs || !health) return show_output();
  std::vector<Happening> of_workers = happenings_.of_workers(*workers);
  const auto later = std::stable_partition(of_workers.begin(), of_workers.end(),
                                           [](const Happening& one) { return one.begins; });
  show({of_workers.begin(), later});
  show_output();
  show({later, of_workers.end()});
  weigh_failures(health->waits);
  show(happenings_.of_jobs(*jobs));
  const std::vector<Happening> of_health = happenings_.of_health(*health);
  if (!broken_) show(of_health);
  look_at_job();
  screen_.state(broken_ ? "does not start; waiting for a saved file" : happenings_.state());
}

void Session::show_output() {
  for (const OutputSeen& line : tails_->read()) {
    if (broken_) continue;
    if (line.skipped > 0)
      screen_.line(fmt::format("  [{} bytes of worker {} not shown; its log: {}/workers/{}.log]",
                               line.skipped, line.worker, folder_->data(), line.worker),
                   Look::faint);
    screen_.line("  " + line.worker.substr(0, 4) + "| " + output_text(line.text));
  }
}

void Session::show(const std::vector<Happening>& happenings) {
  for (const Happening& one : happenings) screen_.line(one.text, one.look);
}

/// A handler that does not get as far as its first poll would be started again and again, with growing
/// pauses. Here somebody is about to mend it: it is shown once, and jobs wait.
void Session::weigh_failures(const std::optional<WaitSeen>& waits) {
  if (broken_ || !waits || waits->reason != "crash_loop" || happenings_.newest_is_ready()) return;
  show_output();
  if (const auto paused = api_->allow_workers(0, 0); !paused) return;
  broken_ = true;
  screen_.line(prepared_.handler.file + " does not start: " + start_failure(*waits), Look::bad);
  if (request_.once) {
    status_ = 1;
    finished_ = true;
  } else {
    screen_.line("waiting for a saved file");
  }
}

void Session::restart(const std::vector<std::string>& changed) {
  if (request_.once) return;
  screen_.line("saved: " + list_of(changed) + "; restarting the workers");
  auto done = api_->restart_workers(request_.kill);
  if (done && broken_) done = api_->allow_workers(1, request_.workers);
  if (!done) return screen_.line("cannot restart the workers: " + done.error().message, Look::bad);
  broken_ = false;
}

void Session::run_job() {
  std::string body = prepared_.input;
  if (!prepared_.input_file.empty()) {
    auto read = read_job_file(prepared_.input_file);
    if (!read) return screen_.line(read.error().message, Look::bad);
    body = std::move(*read);
  }
  if (body.empty()) return screen_.line("there is no input to run: give --input, or make a test_input.json");
  const auto id = api_->run(body);
  if (id) {
    job_ = *id;
    return;
  }
  screen_.line("the job was refused: " + id.error().message, Look::bad);
  if (request_.once) finished_ = true, status_ = 1;
}

void Session::look_at_job() {
  if (job_.empty()) return;
  const auto view = api_->job(job_);
  if (!view) return;
  const std::string status = text_of(*view, "status");
  if (status == "IN_QUEUE" || status == "IN_PROGRESS") return;
  job_.clear();
  job_ended(*view);
}

void Session::job_ended(const std::string& view) {
  const std::string output = output_of(view);
  const bool completed = text_of(view, "status") == "COMPLETED";
  if (!request_.once) {
    if (output.size() > output_shown_max)
      screen_.line("output: " + output.substr(0, output_shown_max) +
                   fmt::format(" [{} bytes more]", output.size() - output_shown_max));
    else if (!output.empty())
      screen_.line("output: " + output);
    return;
  }
  show_output();
  if (const auto jobs = api_->jobs()) show(happenings_.of_jobs(*jobs));
  finished_ = true;
  status_ = completed ? 0 : 4;
  if (output.empty()) return;
  const std::string text = output + "\n";
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = ::write(STDOUT_FILENO, text.data() + at, text.size() - at);
    if (wrote < 0 && errno != EINTR) {
      status_ = 1;
      return screen_.line("cannot write the output: " + os_error("standard output").message, Look::bad);
    }
    at += static_cast<std::size_t>(std::max<ssize_t>(wrote, 0));
  }
}

/// The server ends its workers' jobs, then the workers, then itself.
void Session::end() {
  if (server_ && !server_->ended()) {
    screen_.state("");
    screen_.line(happenings_.jobs_run()
                     ? "stopping; running jobs have a moment to end. Ctrl-C again stops them at once"
                     : "stopping",
                 Look::faint);
    server_->stop();
    const SteadyTime patience = steady_now() + end_patience;
    for (int asked = stops_; !server_->ended(); wait(steady_now() + look_often)) {
      if (tails_) show_output();
      if (stops_ > asked) server_->stop(), asked = stops_;
      if (steady_now() > patience) server_->kill();
    }
  }
  if (tails_) show_output();
  screen_.flush();
}

bool Session::reads_input() const {
  return input_open_ && !request_.once && ::isatty(STDIN_FILENO) == 1 &&
         ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

void Session::wait(SteadyTime until) {
  const auto rest = std::chrono::ceil<milliseconds>(until - steady_now());
  const bool server = server_ && !server_->ended();
  pollfd waits[] = {{signals_.descriptor(), POLLIN, 0},
                    {server ? server_->descriptor() : -1, POLLIN, 0},
                    {watch_ && stops_ == 0 && !finished_ ? watch_->descriptor() : -1, POLLIN, 0},
                    {reads_input() ? STDIN_FILENO : -1, POLLIN, 0},
                    {screen_.pending() ? screen_.descriptor() : -1, POLLOUT, 0}};
  ::poll(waits, std::size(waits), static_cast<int>(std::clamp<std::int64_t>(rest.count(), 0, 1'000)));
  while (const auto signal = signals_.take()) take_signal(*signal);
  if (waits[3].revents != 0) take_input();
  screen_.flush();
}

void Session::take_signal(int signal) {
  ++stops_;
  last_signal_ = signal;
}

void Session::take_input() {
  char buffer[4096];
  const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
  if (got <= 0) input_open_ = false;
  again_ = again_ || (got > 0 && std::find(buffer, buffer + got, '\n') != buffer + got);
}

}  // namespace pilotlight::dev
