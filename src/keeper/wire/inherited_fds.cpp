#include "keeper/wire/inherited_fds.hpp"

#include <charconv>

namespace pilotlight::keeper {

std::string InheritedFds::text() const {
  return std::to_string(channel) + "," + std::to_string(listener) + "," + std::to_string(lock);
}

std::optional<InheritedFds> InheritedFds::parse(std::string_view text) {
  InheritedFds fds;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int* fd : {&fds.channel, &fds.listener, &fds.lock}) {
    const auto [next, failed] = std::from_chars(at, end, *fd);
    if (failed != std::errc{} || *fd < 3) return std::nullopt;
    const bool last = fd == &fds.lock;
    if (last ? next != end : (next == end || *next != ',')) return std::nullopt;
    at = last ? next : next + 1;
  }
  return fds;
}

}  // namespace pilotlight::keeper
