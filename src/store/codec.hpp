#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "domain/accounts/records.hpp"
#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/records.hpp"
#include "domain/definitions/template.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/records.hpp"
#include "domain/workers/worker.hpp"
#include "store/marks.hpp"

/// Stored values: one byte of version, four of CRC-32C over version and content, then the content
/// (base/codec.hpp).
///
/// To change a stored type:
///   1. add fields at its end whose default is stored as zeros;
///   2. raise the type's `stored_version`, and say in `lacking` what older versions do not have;
///   3. for any other change keep a copy of the old struct under a name with its version (JobV1) in this
///      folder, and teach `decode_version` to read the old number and convert;
///   4. add the old bytes, as a literal, to a test.
/// Old versions stay readable for good; a version that is too new is refused with a text that says so.
namespace pilotlight::store {

template <class T>
inline constexpr std::uint8_t stored_version = 1;
// 2: whether the job has a webhook. 3: its priority and past, and when it is to run. 4, of a live job:
// whether it waits at its worker. 5, of one that ended 4: errors in its past. 6, of one that ended 5: sums of
// its payloads, and how workers ended in its past; of one that ended also why there is no result, and how its
// worker ended.
template <>
inline constexpr std::uint8_t stored_version<record::JobSaved> = 6;
template <>
inline constexpr std::uint8_t stored_version<record::JobFinished> = 5;
// 2: the settings of its queue. 3: its init timeout. 4: the sum of its environment, and whether a worker
// started by hand has polled. 5: its account. 6: its ttl and its Flash environment.
template <>
inline constexpr std::uint8_t stored_version<record::EndpointSaved> = 6;
// 2: its init timeout. 3: the sum of its environment. 4: its account. 5: names of its ports. 6: when it was
// made, and its CUDA versions.
template <>
inline constexpr std::uint8_t stored_version<record::TemplateSaved> = 6;
// 2: its account. 3: when it was made, and when it was used last.
template <>
inline constexpr std::uint8_t stored_version<record::ApiKeySaved> = 3;
// 2: its turn. 3: sums of its payloads.
template <>
inline constexpr std::uint8_t stored_version<record::BatchRequestSaved> = 3;
// 2: the numbers of rows.
template <>
inline constexpr std::uint8_t stored_version<Marks> = 2;

/// What older versions of a type lack is stored as zeros, so many bytes, `behind` bytes before the end.
struct Lacking {
  std::size_t zeros = 0;
  std::size_t behind = 0;
};
template <class T>
inline Lacking lacking(std::uint8_t version) {
  const auto size = [](const auto& value) { return encode(value).size(); };
  const std::size_t webhook = version == 1 ? 1 : 0;
  if constexpr (std::is_same_v<T, record::JobSaved>) {
    const Job job;
    const std::size_t turn = version < 3 ? size(job.priority) + size(job.not_before) + size(job.past) : 0;
    const std::size_t begun = version < 4 ? size(job.not_begun) : 0;
    return {webhook + turn + begun};
  } else if constexpr (std::is_same_v<T, record::JobFinished>) {
    const FinalJob job;
    const std::size_t turn = version < 3 ? size(job.priority) + size(job.past) : 0;
    const std::size_t why = version < 5 ? size(job.cause) + size(job.crash) : 0;
    return {webhook + turn + why};
  } else if constexpr (std::is_same_v<T, record::EndpointSaved>) {
    const Endpoint endpoint;
    const std::size_t queue = version == 1 ? size(endpoint.queue) : 0;
    const std::size_t init_timeout = version < 3 ? size(endpoint.init_timeout) : 0;
    const std::size_t by_hand = version < 4 ? size(endpoint.polled_by_hand) : 0;
    const std::size_t account = version < 5 ? size(endpoint.account) : 0;
    const std::size_t ttl = size(endpoint.ttl) + size(endpoint.flash_environment_id);
    return {queue + init_timeout + by_hand + account + ttl, size(record::EndpointSaved{}.deleting)};
  } else if constexpr (std::is_same_v<T, record::TemplateSaved>) {
    const Template value;
    const std::size_t init_timeout = version == 1 ? size(value.init_timeout) : 0;
    const std::size_t account = version < 4 ? size(value.account) : 0;
    const std::size_t ports = version < 5 ? size(value.ports_config_json) : 0;
    return {init_timeout + account + ports + size(value.created) + size(value.allowed_cuda_versions)};
  } else if constexpr (std::is_same_v<T, record::ApiKeySaved>) {
    const record::ApiKeySaved key;
    return {(version == 1 ? size(key.account) : 0) + size(key.made) + size(key.used)};
  } else if constexpr (std::is_same_v<T, Marks>) {
    return {size(Marks{}.rows)};
  } else {
    static_assert(std::is_same_v<T, record::BatchRequestSaved>);
    return {version == 1 ? size(JobTurn{}) : 0};
  }
}

/// Reads content that was written under `version`; nullopt if the version is unknown or the bytes are not a
/// T.
template <class T>
std::optional<T> decode_version(std::uint8_t version, std::string_view content) {
  if (version == stored_version<T>) return decode<T>(content);
  if constexpr (1 < stored_version<T>) {
    const Lacking old = lacking<T>(version);
    if (version == 0 || content.size() < old.behind) return std::nullopt;
    std::string now(content);
    now.insert(content.size() - old.behind, old.zeros, '\0');
    return decode<T>(now);
  }
  return std::nullopt;
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
