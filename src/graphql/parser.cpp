#include "graphql/parser.hpp"

#include <fmt/format.h>

#include "graphql/parser_impl.hpp"
#include "graphql/utf8.hpp"

namespace pilotlight::graphql {
namespace {

constexpr std::size_t shown_max = 100;

std::string described(const Token& token) {
  std::string text = token.text;
  if (text.size() > shown_max) {
    text.resize(shown_max);
    while (!is_utf8(text)) text.pop_back();
  }
  switch (token.kind) {
    case TokenKind::end: return "<EOF>";
    case TokenKind::punctuator: return fmt::format("\"{}\"", text);
    case TokenKind::name: return fmt::format("Name \"{}\"", text);
    case TokenKind::integer: return fmt::format("Int \"{}\"", text);
    case TokenKind::floating: return fmt::format("Float \"{}\"", text);
    case TokenKind::string: return fmt::format("String \"{}\"", text);
    case TokenKind::block_string: return fmt::format("BlockString \"{}\"", text);
    case TokenKind::error: return text;
  }
  return text;
}

}  // namespace

std::variant<ast::Document, SyntaxError> parse(std::string_view source, const Limits& limits) {
  if (source.size() > limits.bytes_max) {
    return SyntaxError{fmt::format("Syntax Error: Document is larger than {} bytes.", limits.bytes_max), {}};
  }
  if (!is_utf8(source)) return SyntaxError{"Syntax Error: Document is not valid UTF-8.", {}};
  Parser parser(source, limits);
  ast::Document document = parser.document();
  if (parser.failed()) return parser.error();
  return document;
}

Parser::Parser(std::string_view source, const Limits& limits) : lexer_(source), limits_(limits) {
  advance();
}

void Parser::advance() {
  if (failed_) return;
  token_ = lexer_.next();
  if (token_.kind == TokenKind::error) return fail(token_.text, token_.location);
  if (token_.kind != TokenKind::end && ++tokens_ > limits_.tokens_max) {
    fail(fmt::format("Document contains more than {} tokens. Parsing aborted.", limits_.tokens_max),
         token_.location);
  }
}

void Parser::fail(std::string reason, Location where) {
  if (failed_) return;
  failed_ = true;
  error_ = {"Syntax Error: " + std::move(reason), where};
  token_ = {TokenKind::end, "<EOF>", where};
}

void Parser::unexpected() {
  fail(fmt::format("Unexpected {}.", described(token_)), token_.location);
}

void Parser::expected(std::string_view what) {
  fail(fmt::format("Expected {}, found {}.", what, described(token_)), token_.location);
}

bool Parser::skip(std::string_view punctuator) {
  if (!token_.punctuator(punctuator)) return false;
  advance();
  return true;
}

bool Parser::skip_keyword(std::string_view keyword) {
  if (!token_.keyword(keyword)) return false;
  advance();
  return true;
}

void Parser::expect(std::string_view punctuator) {
  if (!skip(punctuator)) expected(fmt::format("\"{}\"", punctuator));
}

void Parser::expect_keyword(std::string_view keyword) {
  if (!skip_keyword(keyword)) expected(fmt::format("\"{}\"", keyword));
}

std::string Parser::name() {
  if (token_.kind != TokenKind::name) {
    expected("Name");
    return {};
  }
  std::string text = std::move(token_.text);
  advance();
  return text;
}

bool Parser::enter() {
  if (++depth_ <= limits_.depth_max) return true;
  fail(fmt::format("Document is nested deeper than {} levels.", limits_.depth_max), token_.location);
  return false;
}

ast::Document Parser::document() {
  ast::Document document;
  do {
    document.definitions.push_back(definition());
  } while (!failed_ && token_.kind != TokenKind::end);
  return document;
}

}  // namespace pilotlight::graphql
