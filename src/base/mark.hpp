#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace pilotlight {

/// A named place on a rare path. In builds with PILOTLIGHT_MARKS every pass is counted, so that a test can
/// demand that exploration still reaches it; in other builds it is nothing. Every place of the program is
/// known from its start on, passed or not.
class MarkPoint {
 public:
  explicit MarkPoint(const char* name) : name_(name), next_(head().load()) {
    while (!head().compare_exchange_weak(next_, this)) {
    }
  }
  void hit() { count_.fetch_add(1, std::memory_order_relaxed); }

  /// How often each place was passed since the program started.
  static std::map<std::string, std::uint64_t> counts() {
    std::map<std::string, std::uint64_t> all;
    for (MarkPoint* point = head().load(); point != nullptr; point = point->next_)
      all[point->name_] += point->count_.load(std::memory_order_relaxed);
    return all;
  }

 private:
  static std::atomic<MarkPoint*>& head() {
    static std::atomic<MarkPoint*> first{nullptr};
    return first;
  }

  const char* name_;
  MarkPoint* next_;
  std::atomic<std::uint64_t> count_{0};
};

namespace detail {

template <std::size_t N>
struct MarkName {
  consteval MarkName(const char (&name)[N]) { std::copy_n(name, N, text); }
  char text[N];
};

/// A static member of a template registers itself before `main`, wherever the mark stands.
template <MarkName Name>
struct Mark {
  static inline MarkPoint point{Name.text};
};

}  // namespace detail
}  // namespace pilotlight

#ifdef PILOTLIGHT_MARKS
#define MARK(name) (::pilotlight::detail::Mark<name>::point.hit())
#else
#define MARK(name) ((void)0)
#endif
