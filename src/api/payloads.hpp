#pragma once

#include "api/context.hpp"

namespace pilotlight::api {

/// From this size on a payload is a file of its own, written before its command; below it rides with the
/// record.
inline constexpr std::size_t file_from = 64 * 1024;

/// The reference under which this body will be stored; a null or empty body has none.
PayloadRef reference(RowNumber number, const Body& body);

/// Makes the files among these payloads durable. On failure none is left behind.
net::awaitable<Result<void>> write_files(Context& context, net::Exchange& exchange,
                                         std::vector<StoredPayload> payloads);

/// Those of place `file`.
std::vector<PayloadRef> files_among(const std::vector<StoredPayload>& payloads);

/// Deletes the files of a refused command.
void discard_files(Context& context, const std::vector<PayloadRef>& files);

}  // namespace pilotlight::api
