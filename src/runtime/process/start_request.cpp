#include "runtime/process/start_request.hpp"

#include "runtime/process/command_line.hpp"

namespace pilotlight::runtime {
namespace {

constexpr std::string_view folder_scheme = "process:";

Result<std::string> folder_of(const std::string& image) {
  if (!image.starts_with(folder_scheme)) return std::string();
  const std::string folder = image.substr(folder_scheme.size());
  if (!folder.starts_with('/') || folder.find('\0') != folder.npos)
    return refusal(Errc::invalid, "the image \"" + image + "\" must be process:/absolute/folder");
  return folder;
}

Result<std::vector<keeper::Variable>> variables_of(WorkerSpec& spec) {
  std::vector<keeper::Variable> all;
  for (auto& [name, value] : spec.environment) {
    if (name.empty() || name.find('=') != name.npos || name.find('\0') != name.npos)
      return refusal(Errc::invalid, "\"" + name + "\" cannot be the name of an environment variable");
    if (value.find('\0') != value.npos)
      return refusal(Errc::invalid, "the environment variable " + name + " contains a NUL character");
    all.push_back({std::move(name), std::move(value)});
  }
  return all;
}

Result<void> fill(keeper::StartRequest& request, WorkerSpec& spec) {
  auto folder = folder_of(spec.image);
  if (!folder) return folder.error();
  auto command = parse_command(spec.command);
  if (!command) return command.error();
  auto variables = variables_of(spec);
  if (!variables) return variables.error();
  request.folder = std::move(*folder);
  request.command = std::move(*command);
  request.environment = std::move(*variables);
  return {};
}

}  // namespace

keeper::StartRequest make_start_request(WorkerSpec spec) {
  keeper::StartRequest request;
  if (!spec.image.empty() && !spec.image.starts_with(folder_scheme))
    request.note =
        "image " + spec.image + " is not pulled: the process runtime runs the command on this machine";
  const auto filled = fill(request, spec);
  if (!filled) request.refusal = filled.error().message;
  if (!filled && !request.note.empty()) request.refusal += " (" + request.note + ")";
  request.secrets = std::move(spec.secrets);
  return request;
}

}  // namespace pilotlight::runtime
