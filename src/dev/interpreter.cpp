#include "dev/interpreter.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>

#include "base/shell.hpp"
#include "dev/child.hpp"

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds patience{60'000};

/// Imports nothing of the worker's: the package itself takes most of a second.
constexpr const char* probe = R"(
import sys
print("python %d.%d.%d" % sys.version_info[:3])
try:
    import importlib.util
    if importlib.util.find_spec("runpod") is not None:
        version = "?"
        try:
            from importlib import metadata
            version = metadata.version("runpod")
        except Exception:
            pass
        print("runpod " + version)
except ImportError:
    pass
)";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_there(const fs::path& path) {
  std::error_code failed;
  return fs::symlink_status(path, failed).type() != fs::file_type::not_found && !failed;
}

/// Where a name in PATH leads; empty if nowhere.
std::string in_path(const std::string& name) {
  std::stringstream folders(variable("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const fs::path path = fs::path(folder.empty() ? "." : folder) / name;
        ::access(path.c_str(), X_OK) == 0)
      return fs::absolute(path);
  return {};
}

struct Choice {
  std::string path;
  std::string environment;  ///< the virtual environment it belongs to; empty: none
};

std::optional<Choice> of_environment(const fs::path& environment) {
  const fs::path python = environment / "bin/python";
  if (!is_there(python)) return std::nullopt;
  return Choice{python, environment};
}

Result<Choice> choose(const InterpreterSearch& search) {
  if (!search.wanted.empty()) {
    const bool is_path = search.wanted.find('/') != std::string::npos;
    const std::string path =
        is_path ? fs::absolute(search.wanted).lexically_normal().string() : in_path(search.wanted);
    if (path.empty())
      return refusal(Errc::not_found, "--python " + search.wanted + ": there is no such program in PATH");
    if (!is_there(path))
      return refusal(Errc::not_found, "--python " + search.wanted + ": there is no such file");
    const fs::path environment = fs::path(path).parent_path().parent_path();
    return Choice{path, is_there(environment / "pyvenv.cfg") ? environment.string() : ""};
  }
  std::vector<fs::path> places;
  if (const std::string active = variable("VIRTUAL_ENV"); !active.empty()) places.emplace_back(active);
  const fs::path folder = search.folder;
  for (const char* name : {".venv", "venv"}) places.push_back(folder / name);
  if (folder.filename() == "src")
    for (const char* name : {".venv", "venv"}) places.push_back(folder.parent_path() / name);
  for (const fs::path& place : places)
    if (auto found = of_environment(place)) return *found;
  const std::string found = in_path("python3");
  if (found.empty())
    return refusal(Errc::not_found, "there is no python3 in PATH; name an interpreter with --python");
  return Choice{found, ""};
}

std::string install_command(const Choice& choice, const InterpreterSearch& search) {
  if (!choice.environment.empty()) return shell_quoted(choice.path) + " -m pip install runpod";
  const std::string fresh = search.folder + "/.venv";
  return shell_quoted(choice.path) + " -m venv " + shell_quoted(fresh) + " && " +
         shell_quoted(fresh + "/bin/pip") + " install runpod";
}

std::string make_again(const Choice& choice) {
  return "; make the virtual environment again: python3 -m venv --clear " + shell_quoted(choice.environment) +
         " && " + shell_quoted(choice.environment + "/bin/pip") + " install runpod";
}

/// A virtual environment is a folder of links, which break when what they name is moved or removed.
Error does_not_run(const Choice& choice, const std::string& why) {
  return {Errc::invalid,
          choice.path + " does not run: " + why + (choice.environment.empty() ? "" : make_again(choice))};
}

/// `version`: such as 3.11.2. A virtual environment has the packages of one minor version, and its link to
/// the interpreter may lead to another by now.
bool is_of_another_python(const Choice& choice, const std::string& version) {
  if (choice.environment.empty()) return false;
  const std::string minor = version.substr(0, version.find('.', version.find('.') + 1));
  const std::string ours = "python" + minor;
  bool others = false;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(choice.environment + "/lib", none)) {
    const std::string name = entry.path().filename();
    if (name == ours) return false;
    others = others || name.starts_with("python");
  }
  return others;
}

Error lacks_package(const Choice& choice, const std::string& version, const InterpreterSearch& search) {
  const std::string lacks = choice.path + " (Python " + version + ") does not have the runpod package";
  if (is_of_another_python(choice, version))
    return {Errc::invalid,
            lacks + ": its virtual environment was made for another Python" + make_again(choice)};
  return {Errc::not_found, lacks + "; install it with\n  " + install_command(choice, search) +
                               "\nor name another interpreter with --python"};
}

std::string value_after(const std::string& output, const std::string& name) {
  std::stringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + " ")) return line.substr(name.size() + 1);
  return {};
}

}  // namespace

Result<Interpreter> find_interpreter(const InterpreterSearch& search) {
  const auto choice = choose(search);
  if (!choice) return choice.error();
  Launch ask;
  ask.words = {choice->path, "-c", probe};
  for (const char* name : {"PATH", "HOME", "LANG"})
    if (const std::string value = variable(name); !value.empty())
      ask.environment.push_back(std::string(name) + "=" + value);
  ask.environment.insert(ask.environment.end(), search.environment.begin(), search.environment.end());
  const auto answer = run(ask, patience);
  if (!answer) return does_not_run(*choice, answer.error().message);
  Interpreter found{choice->path, value_after(answer->output, "python"),
                    value_after(answer->output, "runpod")};
  if (answer->status != 0 || found.python.empty()) {
    const std::string words = answer->output.substr(0, 500);
    return does_not_run(*choice, words.empty() ? "it is not a Python interpreter" : words);
  }
  if (found.runpod.empty()) return lacks_package(*choice, found.python, search);
  return found;
}

}  // namespace pilotlight::dev
