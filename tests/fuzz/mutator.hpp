#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"

namespace pilotlight::fuzz {

/// Makes texts that are nearly right. The same seed makes the same texts.
class Mutator {
 public:
  Mutator(std::uint64_t seed, std::vector<std::string> words) : random_(seed), words_(std::move(words)) {}

  /// A few changes to `text`: bits, bytes, words, and parts of `other`.
  std::string mutated(std::string text, const std::string& other);

 private:
  void change(std::string& text, const std::string& other);
  std::size_t place(const std::string& text) { return random_.below(text.size() + 1); }
  /// Some bytes of it, rarely many.
  std::string part(const std::string& text);

  Random random_;
  std::vector<std::string> words_;
};

/// The words of a dictionary in libFuzzer's form: one in quotes a line, with \\, \" and \xNN.
std::vector<std::string> dictionary_words(const std::string& path);

}  // namespace pilotlight::fuzz
