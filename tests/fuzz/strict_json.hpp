#pragma once

#include <string_view>

namespace pilotlight::fuzz {

/// Judges texts as RFC 8259 does, with no parser of the product: one value in UTF-8, no lone surrogates.
class StrictJson {
 public:
  static bool accepts(std::string_view text, unsigned depth_max);

 private:
  StrictJson(std::string_view text, unsigned depth_max) : rest_(text), depth_max_(depth_max) {}

  bool value(unsigned depth);
  bool object(unsigned depth);
  bool array(unsigned depth);
  bool string();
  bool escape();
  bool unicode_escape();
  bool surrogate(bool high);
  bool number();
  bool digits();
  bool take(char wanted);
  bool take_word(std::string_view word);
  void skip_space();

  std::string_view rest_;
  unsigned depth_max_;
};

}  // namespace pilotlight::fuzz
