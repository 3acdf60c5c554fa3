#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "domain/record.hpp"

namespace pilotlight::sim {

/// Records which stored bodies exist, and how many stored things name each of them. Law S12: a payload that
/// is named is there, and a payload that is there is named.
class PayloadBooks {
 public:
  /// A row is committed, or a file is no orphan any more.
  void kept(const PayloadRef& ref);
  /// A row or a file goes.
  void dropped(const PayloadRef& ref);
  /// A file is durable before any command names it; `start` counts the server's starts.
  void file_written(const PayloadRef& ref, std::uint64_t start);
  void file_discarded(const PayloadRef& ref);
  /// Files of earlier starts that were never kept go.
  void sweep(std::uint64_t start);

  /// Something stored begins (+1) or ceases (-1) to name the payload.
  void name(const PayloadRef& ref, int step);
  /// Final rows end together with what they name.
  void expired(const PayloadRef& ref);

  /// The laws, for everything touched since the last check. At the end of a commit.
  void check();

 private:
  struct Entry {
    PayloadPlace place = PayloadPlace::none;
    bool present = false;
    bool kept = false;
    bool was_named = false;
    std::int32_t names = 0;
    std::uint64_t start = 0;
  };
  Entry& touch(const PayloadRef& ref);

  std::unordered_map<RowNumber, Entry> entries_;
  std::vector<RowNumber> touched_;
};

}  // namespace pilotlight::sim
