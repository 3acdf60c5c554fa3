#include "dev/handler_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;

constexpr const char* usual[] = {"handler.py", "rp_handler.py", "main.py"};
constexpr const char* places[] = {"", "src/"};
constexpr std::uintmax_t source_max = 1 << 20;

bool is_file(const fs::path& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed);
}

bool starts_a_worker(const fs::path& path) {
  std::error_code failed;
  if (path.extension() != ".py" || !is_file(path) || fs::file_size(path, failed) > source_max) return false;
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str().find("serverless.start(") != std::string::npos;
}

std::vector<std::string> candidates(const fs::path& folder) {
  std::vector<std::string> found;
  for (const std::string place : places) {
    std::error_code failed;
    for (fs::directory_iterator entry(folder / place, failed), end; !failed && entry != end;
         entry.increment(failed))
      if (starts_a_worker(entry->path())) found.push_back(place + entry->path().filename().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<HandlerFile> in_folder(const fs::path& folder) {
  for (const std::string place : places)
    for (const char* name : usual)
      if (is_file(folder / (place + name))) return HandlerFile{folder, place + name};
  const std::vector<std::string> found = candidates(folder);
  if (found.size() == 1) return HandlerFile{folder, found.front()};
  if (found.empty())
    return refusal(Errc::not_found,
                   "no handler in " + folder.string() +
                       ": neither the folder nor its folder src has a handler.py, rp_handler.py, main.py or "
                       "another file that calls runpod.serverless.start; name the handler's file");
  std::string names;
  for (const std::string& name : found) names += (names.empty() ? "" : ", ") + name;
  return refusal(Errc::conflict, "several files in " + folder.string() +
                                     " call runpod.serverless.start: " + names + "; name one of them");
}

}  // namespace

Result<HandlerFile> find_handler(const std::string& path) {
  std::error_code failed;
  const fs::path whole = fs::canonical(path, failed);
  if (failed) return refusal(Errc::not_found, path + ": " + failed.message());
  if (fs::is_directory(whole, failed)) return in_folder(whole);
  if (!is_file(whole)) return refusal(Errc::invalid, path + " is neither a file nor a folder");
  return HandlerFile{whole.parent_path(), whole.filename()};
}

}  // namespace pilotlight::dev
