#pragma once

#include <map>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// API keys (S30): the doors accept exactly the keys that are on disk, and the last use of a key is true.
class AccountLaws {
 public:
  explicit AccountLaws(World& world) : world_(world) {}

  /// `image` is the state before the record.
  void recorded(const Step& step, const Image& image, const Record& record) const;
  void step_ends(const Step& step, const Image& image) const;
  /// The server starts: its doors read the keys from disk.
  void restored(const Image& image) { published_ = image.keys; }
  void released(const Effect& effect);
  /// All effects of the newest batch on disk have left.
  void all_released(const Image& disk) const;

  /// The doors accept this key.
  bool accepted(const ApiKeyId& id) const { return published_.contains(id); }

 private:
  void told(const Image& image, const answer::ApiKeys& answer, bool all) const;

  World& world_;
  std::map<ApiKeyId, ApiKey> published_;
};

}  // namespace pilotlight::sim
