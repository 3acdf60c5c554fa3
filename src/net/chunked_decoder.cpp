#include "net/chunked_decoder.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pilotlight::net {
namespace {

constexpr unsigned size_digits_max = 15;  // below 2^60: no overflow
constexpr unsigned trailer_max = 8192;

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
  switch (part_) {
    case Part::size: {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit >= 0) {
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        return ++digits_ <= size_digits_max ? State::reading : State::malformed;
      }
      if (digits_ == 0) return State::malformed;
      if (c == ';' || c == ' ' || c == '\t')
        part_ = Part::extension;
      else if (c == '\r')
        part_ = Part::size_lf;
      else
        return State::malformed;
      return State::reading;
    }
    case Part::extension:
      if (++trailer_bytes_ > trailer_max) return State::malformed;
      if (c == '\r') part_ = Part::size_lf;
      return State::reading;
    case Part::size_lf: return expect('\n', left_ == 0 ? Part::trailer : Part::data);
    case Part::data: UNREACHABLE();
    case Part::data_cr: return expect('\r', Part::data_lf);
    case Part::data_lf:
      digits_ = 0;
      left_ = 0;
      return expect('\n', Part::size);
    case Part::trailer: part_ = c == '\r' ? Part::final_lf : Part::trailer_line; return State::reading;
    case Part::trailer_line:
      if (++trailer_bytes_ > trailer_max) return State::malformed;
      if (c == '\n') part_ = Part::trailer;
      return State::reading;
    case Part::final_lf: return c == '\n' ? State::done : State::malformed;
  }
  UNREACHABLE();
}

}  // namespace pilotlight::net
