#include "store/sqlite/wal_tail.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace pilotlight::store {
namespace {

// A WAL (https://www.sqlite.org/walformat.html) is a file header and frames; each frame is a frame header and
// a page. The file header holds salts, which change when the file is used anew, and every frame header
// repeats them. The header of a commit's last frame holds the size of the database.
constexpr off_t wal_header = 32, frame_header = 24, page_size = 4096;
constexpr off_t index_frames_at = 16;
/// What was damaged may have hit some headers; behind so many others all are of an earlier use.
constexpr int strangers_max = 8;

template <std::size_t N>
bool read_at(int file, off_t at, std::array<char, N>& into) {
  return ::pread(file, into.data(), N, at) == static_cast<ssize_t>(N);
}

std::size_t count_commits(int wal, std::uint32_t believed) {
  std::array<char, wal_header> header;
  if (!read_at(wal, 0, header)) return 0;
  std::size_t commits = 0;
  std::array<char, frame_header> frame;
  off_t at = wal_header + off_t{believed} * (frame_header + page_size);
  for (int strangers = 0; strangers < strangers_max && read_at(wal, at, frame);
       at += frame_header + page_size) {
    const bool of_this_use = std::memcmp(frame.data() + 8, header.data() + 16, 8) == 0;
    const bool ends_commit = std::memcmp(frame.data() + 4, "\0\0\0\0", 4) != 0;
    if (!of_this_use) ++strangers;
    if (of_this_use && ends_commit) ++commits;
  }
  return commits;
}

}  // namespace

std::size_t commits_behind_the_wal(const std::string& database) {
  const int wal = ::open((database + "-wal").c_str(), O_RDONLY | O_CLOEXEC);
  const int index = ::open((database + "-shm").c_str(), O_RDONLY | O_CLOEXEC);
  std::size_t commits = 0;
  std::array<char, 4> frames{};
  if (wal >= 0 && index >= 0 && read_at(index, index_frames_at, frames)) {
    std::uint32_t believed = 0;
    std::memcpy(&believed, frames.data(), 4);
    commits = count_commits(wal, believed);
  }
  if (wal >= 0) ::close(wal);
  if (index >= 0) ::close(index);
  return commits;
}

}  // namespace pilotlight::store
