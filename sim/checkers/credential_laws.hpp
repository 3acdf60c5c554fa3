#pragma once

#include <map>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

/// Secrets and registry credentials: they have names of their own, change only as they are asked to, and go
/// only when nothing names them (S31); workers are started with exactly the secrets on disk (S32).
class CredentialLaws {
 public:
  /// Before the record becomes part of `image`.
  static void recorded(const Step& step, const Image& image, const Record& record);
  static void step_ends(const Step& step, const Image& image);
  /// The server starts: it reads the secrets from disk.
  void restored(const Image& image) { published_ = image.secrets; }
  void released(const Effect& effect);
  /// All effects of the newest batch on disk have left.
  void all_released(const Image& disk) const;

 private:
  std::map<SecretId, Secret> published_;
};

}  // namespace pilotlight::sim
