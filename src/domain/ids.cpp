#include "domain/ids.hpp"

#include <limits>

#include "base/codec.hpp"

namespace pilotlight {
namespace {

constexpr std::uint64_t chance_mask = (1ULL << 58) - 1;
constexpr std::string_view sync_prefix = "sync-";
constexpr std::string_view suffix = "-u1";
constexpr std::size_t uuid_length = 36;

/// Every row is below: a signed number of 64 bits can bound rows from above.
constexpr RowNumber row_end = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> hex(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c >= '0' && c <= '9')
      value = value << 4 | static_cast<std::uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      value = value << 4 | static_cast<std::uint64_t>(c - 'a' + 10);
    else
      return std::nullopt;
  }
  return value;
}

/// The last `digits` hexadecimal digits of a value.
void append_hex(std::string& out, std::uint64_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

}  // namespace

JobId JobId::make(RowNumber row, bool sync, std::uint64_t chance) {
  ASSERT(row != 0 && row < row_end);
  const std::uint64_t ms = row >> row_sequence_bits;
  const std::uint64_t sequence = row & ((1U << row_sequence_bits) - 1);
  JobId id;
  id.high_ = ms << 16 | 7ULL << 12 | sequence >> 3;
  id.low_ = 2ULL << 62 | (sequence & 7) << 59 | std::uint64_t{sync} << 58 | (chance & chance_mask);
  return id;
}

std::optional<JobId> JobId::parse(std::string_view text) {
  const bool sync = text.starts_with(sync_prefix);
  if (sync) text.remove_prefix(sync_prefix.size());
  if (text.size() != uuid_length + suffix.size() || !text.ends_with(suffix)) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  const auto a = hex(text.substr(0, 8)), b = hex(text.substr(9, 4)), c = hex(text.substr(14, 4)),
             d = hex(text.substr(19, 4)), e = hex(text.substr(24, 12));
  if (!a || !b || !c || !d || !e) return std::nullopt;
  JobId id;
  id.high_ = *a << 32 | *b << 16 | *c;
  id.low_ = *d << 48 | *e;
  const bool well_formed = (id.high_ >> 12 & 15) == 7 && id.low_ >> 62 == 2;
  if (!well_formed || id.sync() != sync || id.row() == 0 || id.row() >= row_end) return std::nullopt;
  return id;
}

std::string JobId::text() const {
  std::string text;
  text.reserve(sync_prefix.size() + uuid_length + suffix.size());
  if (sync()) text += sync_prefix;
  append_hex(text, high_ >> 32, 8);
  text += '-';
  append_hex(text, high_ >> 16, 4);
  text += '-';
  append_hex(text, high_, 4);
  text += '-';
  append_hex(text, low_ >> 48, 4);
  text += '-';
  append_hex(text, low_, 12);
  text += suffix;
  return text;
}

RowNumber JobId::row() const {
  return (high_ >> 16) << row_sequence_bits | (high_ & 0xfff) << 3 | (low_ >> 59 & 7);
}

bool JobId::sync() const {
  return (low_ >> 58 & 1) == 1;
}

void CustomCodec<JobId>::put(Encoder& out, const JobId& id) {
  out.put(id.high_);
  out.put(id.low_);
}

bool CustomCodec<JobId>::get(Decoder& in, JobId& id) {
  in.get(id.high_);
  in.get(id.low_);
  return in.ok();
}

}  // namespace pilotlight
