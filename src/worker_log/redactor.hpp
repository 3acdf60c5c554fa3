#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::worker_log {

/// Replaces secrets in a stream of bytes by ***, also where a secret is split across pieces. At each place
/// the longest secret that fits is taken.
class Redactor {
 public:
  /// Empty secrets are ignored.
  explicit Redactor(std::vector<std::string> secrets);

  /// Appends to `out` what is certain; holds back a tail that may be the beginning of a secret.
  void feed(std::string_view piece, std::string& out);
  /// Appends what was held back. The stream may go on afterwards.
  void finish(std::string& out);

  /// A whole text at once.
  std::string clean(std::string_view text) const;

 private:
  enum class End { open, final };
  /// Appends the clean form of a prefix of `text`; returns that prefix's length.
  std::size_t scan(std::string_view text, End end, std::string& out) const;
  std::size_t longest_at(std::string_view rest) const;
  bool may_begin_at(std::string_view rest) const;

  std::vector<std::string> secrets_;  ///< longest first
  std::bitset<256> first_;            ///< bytes with which a secret begins
  std::string held_;
};

}  // namespace pilotlight::worker_log
