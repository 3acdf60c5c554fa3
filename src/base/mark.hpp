#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

namespace pilotlight {

/// A named place on a rare path. In builds with PILOTLIGHT_MARKS every pass is counted, so that a test can
/// demand that exploration still reaches it; in other builds it is nothing.
class MarkPoint {
 public:
  explicit MarkPoint(const char* name) : name_(name), next_(head().load()) {
    while (!head().compare_exchange_weak(next_, this)) {
    }
  }
  void hit() { count_.fetch_add(1, std::memory_order_relaxed); }

  /// How often each place was passed since the program started; places never passed are absent or zero.
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

}  // namespace pilotlight

#ifdef PILOTLIGHT_MARKS
#define MARK(name)                                   \
  do {                                               \
    static ::pilotlight::MarkPoint mark_point(name); \
    mark_point.hit();                                \
  } while (false)
#else
#define MARK(name) ((void)0)
#endif
