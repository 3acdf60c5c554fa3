#include "dev/dev.hpp"

#include <cstdio>
#include <filesystem>

#include "dev/job_input.hpp"
#include "dev/session.hpp"

namespace pilotlight::dev {
namespace {

constexpr int wrong_use = 2;

/// The input of the first job: what was asked for, else RunPod's own file for tests.
Result<void> find_input(const DevRequest& request, Prepared& prepared) {
  std::error_code failed;
  const std::string usual = prepared.handler.folder + "/test_input.json";
  if (request.input.empty() && !std::filesystem::is_regular_file(usual, failed)) {
    if (!request.once) return {};
    return refusal(
        Errc::invalid,
        "--once needs a job: give --input FILE|JSON, or make a test_input.json beside the handler");
  }
  const bool is_file = request.input.empty() || std::filesystem::is_regular_file(request.input, failed);
  if (is_file)
    prepared.input_file = request.input.empty() ? usual : std::filesystem::absolute(request.input).string();
  auto body = read_job_input(is_file ? prepared.input_file : request.input);
  if (!body) return body.error();
  prepared.input = std::move(*body);
  return {};
}

Result<Prepared> prepare(const DevRequest& request) {
  Prepared prepared;
  auto handler = find_handler(request.path);
  if (!handler) return handler.error();
  prepared.handler = std::move(*handler);
  auto variables = read_variables(request.variable_files, request.variables);
  if (!variables) return variables.error();
  prepared.variables = std::move(*variables);
  // At its default level the runpod package logs a dozen lines for every job.
  if (value_of(prepared.variables, "RUNPOD_DEBUG_LEVEL").empty())
    prepared.variables.emplace_back("RUNPOD_DEBUG_LEVEL", "INFO");
  if (const auto input = find_input(request, prepared); !input) return input.error();
  InterpreterSearch search{request.python, prepared.handler.folder, {}};
  for (const auto& [name, value] : prepared.variables) search.environment.push_back(name + "=" + value);
  auto interpreter = find_interpreter(search);
  if (!interpreter) return interpreter.error();
  prepared.interpreter = std::move(*interpreter);
  return prepared;
}

}  // namespace

int run_dev(const DevRequest& request) {
  auto prepared = prepare(request);
  if (!prepared) {
    std::fprintf(stderr, "pilotlight: %s\n", prepared.error().message.c_str());
    return wrong_use;
  }
  return Session(request, std::move(*prepared)).run();
}

}  // namespace pilotlight::dev
