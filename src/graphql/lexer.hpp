#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "graphql/limits.hpp"

namespace pilotlight::graphql {

enum class TokenKind : std::uint8_t { end, punctuator, name, integer, floating, string, block_string, error };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;  ///< as written; of strings the content; of an error the reason
  Location location;

  bool is(TokenKind wanted, std::string_view written) const { return kind == wanted && text == written; }
  bool punctuator(std::string_view written) const { return is(TokenKind::punctuator, written); }
  bool keyword(std::string_view written) const { return is(TokenKind::name, written); }
};

/// Cuts a source text into tokens. The text must be valid UTF-8 and outlive the lexer.
class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  /// The next token; `end` at the end and ever after; after an `error` it must not be called again.
  Token next();

 private:
  void skip_ignored();
  Location here();
  Token punctuator_or_error();
  Token number();
  Token number_failure();
  bool digits();
  Token string();
  Token block_string();
  bool escape(std::string& content, std::string& failure);
  bool unicode_escape(std::string& content);
  std::string shown_escape() const;
  Token fail(std::string reason);
  char at(std::size_t offset) const { return offset < source_.size() ? source_[offset] : '\0'; }
  std::string shown(std::size_t offset) const;

  std::string_view source_;
  std::size_t offset_ = 0;
  std::size_t marked_ = 0;  ///< up to where `mark_` has counted
  Location mark_;
  Location start_;
};

/// The content of a block string: common indentation and blank first and last lines taken away.
std::string dedented(std::string_view raw);

}  // namespace pilotlight::graphql
