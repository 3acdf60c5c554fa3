#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.hpp"

namespace pilotlight::net {

/// Takes a chunked body apart, any number of bytes at a time. Trailers are read and dropped.
class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { reading, done, malformed };

  /// Consumes from the front of `in`; data is appended to `out` unless `out` is null. Returns the state after
  /// it; when done, what is left in `in` belongs to the next request.
  State feed(std::string_view& in, std::string* out);

  ByteCount bytes() const { return bytes_; }  ///< of data so far

 private:
  enum class Part : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_line,
    final_lf
  };

  State step(char c);

  Part part_ = Part::size;
  ByteCount left_ = 0;
  unsigned digits_ = 0;
  unsigned trailer_bytes_ = 0;
  ByteCount bytes_ = 0;
};

}  // namespace pilotlight::net
