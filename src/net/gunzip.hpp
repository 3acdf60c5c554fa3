#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/units.hpp"

struct z_stream_s;

namespace pilotlight::net {

/// Unpacks a gzip body of one or more members, a piece at a time: a small body that stands for a huge one
/// costs no more memory than the limit, and other connections of the thread have their turn in between.
class Gunzip {
 public:
  enum class State : std::uint8_t {
    more,        ///< call `step` again
    done,        ///< `text` is whole
    over_limit,  ///< the text is longer than the limit
    damaged,     ///< not gzip, cut off, or something else follows
  };

  /// `packed` outlives this.
  Gunzip(std::string_view packed, ByteCount limit);

  State step();
  /// What is unpacked so far; of a text over the limit a little more than that.
  std::string& text() { return text_; }

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  bool take_members();

  std::string_view packed_;  ///< bytes that zlib has not seen yet
  const ByteCount limit_;
  std::unique_ptr<z_stream_s, End> stream_;
  bool between_members_ = true;
  std::string text_;
};

}  // namespace pilotlight::net
