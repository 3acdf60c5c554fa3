#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.hpp"

namespace pilotlight::net {

/// Takes a chunked body apart, any number of bytes at a time. Strict: only CRLF ends a line, and extensions
/// and trailer fields have the syntax of RFC 9112, because a proxy may frame anything else differently. Both
/// are read and dropped.
class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { reading, done, malformed };

  /// Consumes from the front of `in`; data is appended to `out` unless `out` is null. Returns the state after
  /// it; when done, what is left in `in` belongs to the next request.
  State feed(std::string_view& in, std::string* out);

  ByteCount bytes() const { return bytes_; }  ///< bytes of data so far

 private:
  enum class Part : std::uint8_t {
    size,
    extension_end,     ///< a semicolon or the line's end comes next
    before_semicolon,  ///< behind a space: only a semicolon may follow
    before_name,
    name,
    before_equals,  ///< behind a space: an equals sign or the next semicolon
    before_value,
    value,
    quoted,
    quoted_pair,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_name,
    trailer_value,
    trailer_lf,
    final_lf
  };

  State step(char c);
  State size_step(char c);
  static std::optional<Part> after_extension(char c);
  std::optional<Part> extension_step(char c) const;
  std::optional<Part> trailer_step(char c) const;

  Part part_ = Part::size;
  ByteCount left_ = 0;
  unsigned digits_ = 0;
  unsigned dropped_bytes_ = 0;  ///< bytes of extensions and trailers
  ByteCount bytes_ = 0;
};

}  // namespace pilotlight::net
