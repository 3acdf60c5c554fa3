#include "net/gunzip.hpp"

#define ZLIB_CONST  // input is const
#include <zlib.h>

#include <algorithm>

#include "base/assert.hpp"

namespace pilotlight::net {
namespace {

/// In and out of one step: well below a millisecond.
constexpr std::size_t piece = 128 * 1024;
constexpr int gzip_alone = 16 + MAX_WBITS;

}  // namespace

void Gunzip::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Gunzip::Gunzip(std::string_view packed, ByteCount limit)
    : packed_(packed), limit_(limit), stream_(new z_stream_s{}) {
  ASSERT(inflateInit2(stream_.get(), gzip_alone) == Z_OK);
}

Gunzip::State Gunzip::step() {
  const std::size_t before = text_.size();
  const auto room = static_cast<std::size_t>(std::min<ByteCount>(piece, limit_ + 1 - before));
  text_.resize(before + room);
  stream_->next_out = reinterpret_cast<Bytef*>(text_.data() + before);
  stream_->avail_out = static_cast<uInt>(room);
  stream_->next_in = reinterpret_cast<const Bytef*>(packed_.data());
  stream_->avail_in = static_cast<uInt>(std::min(piece, packed_.size()));
  const uInt given = stream_->avail_in;
  const bool sound = take_members();
  packed_.remove_prefix(given - stream_->avail_in);
  text_.resize(text_.size() - stream_->avail_out);
  if (text_.size() > limit_) return State::over_limit;
  if (!sound) return State::damaged;
  return packed_.empty() && between_members_ ? State::done : State::more;
}

/// Until the room or the piece of input is used up; false if it is damaged.
bool Gunzip::take_members() {
  for (;;) {
    const int code = inflate(stream_.get(), Z_NO_FLUSH);
    between_members_ = code == Z_STREAM_END;
    if (code == Z_OK) return true;
    if (code != Z_STREAM_END) return false;
    inflateReset(stream_.get());
    if (stream_->avail_in == 0 || stream_->avail_out == 0) return true;
  }
}

}  // namespace pilotlight::net
