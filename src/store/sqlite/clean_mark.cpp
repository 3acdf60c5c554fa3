#include "store/sqlite/clean_mark.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace pilotlight::store {

CleanMark::CleanMark(const std::string& database)
    : database_(database), path_(std::filesystem::path(database).parent_path() / "clean") {}

std::optional<std::string> CleanMark::state() const {
  struct stat file {};
  if (::stat(database_.c_str(), &file) != 0) return std::nullopt;
  return std::to_string(file.st_ino) + " " + std::to_string(file.st_size) + " " +
         std::to_string(file.st_mtim.tv_sec) + "." + std::to_string(file.st_mtim.tv_nsec) + "\n";
}

bool CleanMark::take() {
  std::ifstream in(path_);
  const std::string written((std::istreambuf_iterator<char>(in)), {});
  ::unlink(path_.c_str());
  const std::optional<std::string> now = state();
  if (!now) return true;
  std::error_code none;
  const auto wal = std::filesystem::file_size(database_ + "-wal", none);
  return written == *now && (none || wal == 0);
}

CleanMark::~CleanMark() {
  const std::optional<std::string> now = state();
  if (!set_ || !now) return;
  std::ofstream(path_) << *now;
  ::chmod(path_.c_str(), 0600);
}

}  // namespace pilotlight::store
