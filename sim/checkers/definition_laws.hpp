#pragma once

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

/// Definitions: a save that changes nothing writes nothing (S27), a bound template lives exactly as long as
/// its endpoint uses it (S28), free-standing templates have names of their own (S29).
class DefinitionLaws {
 public:
  /// Before the record becomes part of `image`.
  static void recorded(const Step& step, const Image& image, const Record& record);
  static void step_ends(const Step& step, const Image& image);
  /// The state on disk after the server died.
  static void crashed(const Image& image);
};

}  // namespace pilotlight::sim
