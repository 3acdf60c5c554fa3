#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

/// What a seed did, as one number that no rearrangement of the program changes: times, the kinds of commands,
/// records, effects and answers, and for jobs, workers and endpoints how they stood. Kinds and states have
/// numbers of the digest's own, and ids count in the order in which they appear, so that neither the order of
/// a variant nor the bytes of a codec matters.
class Digest {
 public:
  void add(const Step& step);
  void add(std::uint64_t number);

  std::uint64_t value() const { return value_; }

 private:
  struct Writer;
  /// The same for the same text; 0 for none.
  std::uint64_t place(std::string_view id);

  std::uint64_t value_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> places_;
};

}  // namespace pilotlight::sim
