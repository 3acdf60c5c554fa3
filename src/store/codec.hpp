#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "domain/endpoint.hpp"
#include "domain/job.hpp"
#include "domain/record.hpp"
#include "domain/template.hpp"
#include "domain/worker.hpp"

/// Stored values: one byte of version, four of CRC-32C over version and content, then the content
/// (base/codec.hpp).
///
/// To change a stored type:
///   1. keep a copy of the old struct under a name with its version (JobV1) in this folder;
///   2. raise the type's `stored_version`;
///   3. teach `decode_version` to read the old number and convert;
///   4. add the old bytes, as a literal, to codec_test.cpp.
/// Old versions stay readable for good; a version that is too new is refused with a text that says so.
namespace pilotlight::store {

template <class T>
inline constexpr std::uint8_t stored_version = 1;
// 2: whether the job has a webhook, behind all else.
template <>
inline constexpr std::uint8_t stored_version<record::JobSaved> = 2;
template <>
inline constexpr std::uint8_t stored_version<record::JobFinished> = 2;

/// Reads content that was written under `version`; nullopt if the version is unknown or the bytes are not a
/// T.
template <class T>
std::optional<T> decode_version(std::uint8_t version, std::string_view content) {
  if (version != stored_version<T>) return std::nullopt;
  return decode<T>(content);
}

/// Version 1 lacks the last field, whose stored default is a zero.
template <class T>
requires(stored_version<T> == 2) std::optional<T> decode_version(std::uint8_t version,
                                                                 std::string_view content) {
  if (version == 1) return decode<T>(std::string(content) + '\0');
  return decode<T>(content);
}

/// Makes `out` the stored form of the value, and returns it.
template <class T>
std::string_view to_stored(const T& value, std::string& out) {
  out.assign(5, '\0');
  out[0] = static_cast<char>(stored_version<T>);
  Encoder(out).put(value);
  const std::uint32_t sum = crc32c(std::string_view(out).substr(5)) ^ static_cast<std::uint8_t>(out[0]);
  std::memcpy(out.data() + 1, &sum, 4);
  return out;
}

/// `what` names the place in messages, such as "live_job 17".
template <class T>
Result<T> from_stored(std::string_view bytes, const std::string& what) {
  if (bytes.size() < 5) return refusal(Errc::corrupt, what + ": too short to be a record");
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + 1, 4);
  const auto version = static_cast<std::uint8_t>(bytes[0]);
  if (sum != (crc32c(bytes.substr(5)) ^ version))
    return refusal(Errc::corrupt, what + ": the checksum does not match");
  if (version > stored_version<T>)
    return refusal(Errc::corrupt, what + ": written by a newer version of pilotlight");
  std::optional<T> value = decode_version<T>(version, bytes.substr(5));
  if (!value) return refusal(Errc::corrupt, what + ": cannot be read");
  return std::move(*value);
}

}  // namespace pilotlight::store
