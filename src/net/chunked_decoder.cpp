#include "net/chunked_decoder.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pilotlight::net {
namespace {

constexpr unsigned size_digits_max = 15;  // below 2^60: no overflow
constexpr unsigned dropped_max = 8192;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// What names are made of.
bool is_token(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

/// What values are made of: anything but control characters.
bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= ' ' && byte != 0x7f);
}

}  // namespace

ChunkedDecoder::State ChunkedDecoder::feed(std::string_view& in, std::string* out) {
  while (!in.empty()) {
    if (part_ == Part::data) {
      const std::size_t count = static_cast<std::size_t>(std::min<ByteCount>(left_, in.size()));
      if (out != nullptr) out->append(in.substr(0, count));
      in.remove_prefix(count);
      left_ -= count;
      bytes_ += count;
      if (left_ == 0) part_ = Part::data_cr;
      continue;
    }
    const char c = in.front();
    in.remove_prefix(1);
    const State state = step(c);
    if (state != State::reading) return state;
  }
  return State::reading;
}

ChunkedDecoder::State ChunkedDecoder::step(char c) {
  const auto expect = [&](char wanted, Part then) {
    part_ = then;
    return c == wanted ? State::reading : State::malformed;
  };
  const auto go_to = [&](std::optional<Part> next) {
    if (!next || ++dropped_bytes_ > dropped_max) return State::malformed;
    part_ = *next;
    return State::reading;
  };
  switch (part_) {
    case Part::size: return size_step(c);
    case Part::extension_end:
    case Part::before_semicolon:
    case Part::before_name:
    case Part::name:
    case Part::before_equals:
    case Part::before_value:
    case Part::value:
    case Part::quoted:
    case Part::quoted_pair: return go_to(extension_step(c));
    case Part::size_lf: return expect('\n', left_ == 0 ? Part::trailer : Part::data);
    case Part::data: UNREACHABLE();
    case Part::data_cr: return expect('\r', Part::data_lf);
    case Part::data_lf:
      digits_ = 0;
      left_ = 0;
      return expect('\n', Part::size);
    case Part::trailer:
    case Part::trailer_name:
    case Part::trailer_value: return go_to(trailer_step(c));
    case Part::trailer_lf: return expect('\n', Part::trailer);
    case Part::final_lf: return c == '\n' ? State::done : State::malformed;
  }
  UNREACHABLE();
}

ChunkedDecoder::State ChunkedDecoder::size_step(char c) {
  const int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
  if (digit >= 0) {
    left_ = left_ * 16 + static_cast<unsigned>(digit);
    return ++digits_ <= size_digits_max ? State::reading : State::malformed;
  }
  const std::optional<Part> next = after_extension(c);
  if (digits_ == 0 || !next) return State::malformed;
  part_ = *next;
  return State::reading;
}

/// Where a size, a name or a value has ended.
std::optional<ChunkedDecoder::Part> ChunkedDecoder::after_extension(char c) {
  if (c == '\r') return Part::size_lf;
  if (c == ';') return Part::before_name;
  if (is_blank(c)) return Part::before_semicolon;
  return std::nullopt;
}

/// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
std::optional<ChunkedDecoder::Part> ChunkedDecoder::extension_step(char c) const {
  switch (part_) {
    case Part::extension_end: return after_extension(c);
    case Part::before_semicolon:
      if (c == ';') return Part::before_name;
      return is_blank(c) ? std::optional(part_) : std::nullopt;
    case Part::before_name:
      if (is_token(c)) return Part::name;
      return is_blank(c) ? std::optional(part_) : std::nullopt;
    case Part::name:
      if (is_token(c)) return part_;
      if (c == '=') return Part::before_value;
      return is_blank(c) ? Part::before_equals : after_extension(c);
    case Part::before_equals:
      if (c == '=') return Part::before_value;
      if (c == ';') return Part::before_name;
      return is_blank(c) ? std::optional(part_) : std::nullopt;
    case Part::before_value:
      if (c == '"') return Part::quoted;
      if (is_token(c)) return Part::value;
      return is_blank(c) ? std::optional(part_) : std::nullopt;
    case Part::value: return is_token(c) ? part_ : after_extension(c);
    case Part::quoted:
      if (c == '"') return Part::extension_end;
      if (c == '\\') return Part::quoted_pair;
      return is_text(c) ? std::optional(part_) : std::nullopt;
    case Part::quoted_pair: return is_text(c) ? std::optional(Part::quoted) : std::nullopt;
    case Part::size:
    case Part::size_lf:
    case Part::data:
    case Part::data_cr:
    case Part::data_lf:
    case Part::trailer:
    case Part::trailer_name:
    case Part::trailer_value:
    case Part::trailer_lf:
    case Part::final_lf: break;
  }
  UNREACHABLE();
}

/// trailer-section = *( name ":" value CRLF ), then the empty line.
std::optional<ChunkedDecoder::Part> ChunkedDecoder::trailer_step(char c) const {
  if (part_ == Part::trailer && c == '\r') return Part::final_lf;
  if (part_ == Part::trailer) return is_token(c) ? std::optional(Part::trailer_name) : std::nullopt;
  if (part_ == Part::trailer_value && c == '\r') return Part::trailer_lf;
  if (part_ == Part::trailer_value) return is_text(c) ? std::optional(part_) : std::nullopt;
  if (c == ':') return Part::trailer_value;
  return is_token(c) ? std::optional(part_) : std::nullopt;
}

}  // namespace pilotlight::net
