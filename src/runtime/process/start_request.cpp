#include "runtime/process/start_request.hpp"

#include <algorithm>

#include "runtime/process/command_line.hpp"

namespace pilotlight::runtime {
namespace {

constexpr std::string_view kept_variable = "PILOTLIGHT_KEEP";
constexpr std::size_t kept_max = 100;

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

/// Not empty, not absolute, without empty parts, "." and "..".
bool is_inside(std::string_view path) {
  for (bool more = true; more;) {
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    more = part.size() < path.size();
    path.remove_prefix(std::min(path.size(), part.size() + 1));
  }
  return true;
}

/// Paths in the given folder, separated by colons as in PATH.
Result<std::vector<std::string>> kept_of(const keeper::StartRequest& request) {
  std::vector<std::string> all;
  const auto named = [](const keeper::Variable& variable) { return variable.name == kept_variable; };
  const auto variable = std::find_if(request.environment.rbegin(), request.environment.rend(), named);
  if (variable == request.environment.rend()) return all;
  const auto refused = [](const std::string& why) {
    return refusal(Errc::invalid, std::string(kept_variable) + ": " + why);
  };
  if (request.folder.empty())
    return refused("the paths are in the image's folder, so the image must be process:/absolute/folder");
  std::string_view rest = variable->value;
  for (bool more = true; more;) {
    std::string_view path = rest.substr(0, rest.find(':'));
    more = path.size() < rest.size();
    rest.remove_prefix(std::min(rest.size(), path.size() + 1));
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    if (!is_inside(path))
      return refused(
          "\"" + std::string(path) +
          "\" must be a relative path without \".\", \"..\" and empty parts; separate paths with \":\"");
    if (all.size() == kept_max) return refused("at most " + std::to_string(kept_max) + " paths");
    all.emplace_back(path);
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
  auto kept = kept_of(request);
  if (!kept) return kept.error();
  request.kept = std::move(*kept);
  return {};
}

/// Settings of the worker that a process does not follow, and the note of the spec.
std::string note_of(const WorkerSpec& spec) {
  std::string note;
  const auto add = [&note](std::string_view text) {
    if (!note.empty() && !text.empty()) note += "; ";
    note += text;
  };
  if (!spec.image.empty() && !spec.image.starts_with(folder_scheme))
    add("image " + spec.image + " is not pulled: the process runtime runs the command on this machine");
  if (spec.names_volumes)
    add("the endpoint's network volumes are not mounted: a worker that is a process has none");
  add(spec.note);
  return note;
}

}  // namespace

keeper::StartRequest make_start_request(WorkerSpec spec) {
  keeper::StartRequest request;
  request.note = note_of(spec);
  const auto filled = fill(request, spec);
  if (!filled) request.refusal = filled.error().message;
  if (!filled && !request.note.empty()) request.refusal += " (" + request.note + ")";
  request.secrets = std::move(spec.secrets);
  request.endpoint = spec.endpoint;
  return request;
}

}  // namespace pilotlight::runtime
