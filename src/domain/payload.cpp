#include "domain/payload.hpp"

#include "base/codec.hpp"
#include "base/hash.hpp"

namespace pilotlight {
namespace {

constexpr std::uint8_t has_sum = 0x80;
constexpr std::uint32_t sum_mask = 0x3FFFFFFF;

}  // namespace

std::uint32_t payload_sum(const PayloadRef& ref, std::string_view body) {
  char key[13];
  const RowNumber number = ref.number;
  std::memcpy(key, &number, 8);
  std::memcpy(key + 8, &ref.bytes, 4);
  key[12] = static_cast<char>(ref.place);
  const std::uint32_t sum = crc32c(body, crc32c({key, sizeof key})) & sum_mask;
  return sum == 0 ? 1 : sum;
}

bool is_body_of(const PayloadRef& ref, std::string_view body) {
  return body.size() == ref.bytes && (ref.sum == 0 || ref.sum == payload_sum(ref, body));
}

void CustomCodec<PayloadRef>::put(Encoder& out, const PayloadRef& ref) {
  const auto place = static_cast<std::uint8_t>(ref.place);
  out.put(ref.number);
  out.put(ref.bytes);
  out.put(static_cast<std::uint8_t>(ref.sum == 0 ? place : place | has_sum));
  if (ref.sum != 0) out.put(static_cast<std::uint32_t>(ref.sum));
}

bool CustomCodec<PayloadRef>::get(Decoder& in, PayloadRef& ref) {
  std::uint8_t place = 0;
  std::uint32_t sum = 0;
  in.get(ref.number);
  in.get(ref.bytes);
  in.get(place);
  const bool summed = (place & has_sum) != 0;
  if (summed) in.get(sum);
  place &= static_cast<std::uint8_t>(~has_sum);
  ref.place = static_cast<PayloadPlace>(place & 3);
  ref.sum = sum & sum_mask;
  return in.ok() && place <= static_cast<std::uint8_t>(PayloadPlace::file) && summed == (sum != 0) &&
         sum <= sum_mask;
}

}  // namespace pilotlight
