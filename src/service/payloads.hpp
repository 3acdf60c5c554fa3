#pragma once

#include "service/context.hpp"

namespace pilotlight::service {

/// From this size on a payload is a file of its own, written before its command; below it rides with the
/// record.
inline constexpr std::size_t file_from = 64 * 1024;

/// The reference under which this body will be stored; a null or empty body has none.
PayloadRef reference(RowNumber number, const Body& body);

/// The worker's fields of an ended job's view; null if it has none. not_found: the job is no longer kept, or
/// lives again; every other error says which job has no readable result. On a files thread.
Result<Body> result_of(Store& store, const FinalJob& job);

/// The failure to read what is stored, as the caller is told it: the text says what cannot be read, and the
/// code does not blame the caller for it.
Error unreadable(Error error);

/// Whether the reply names a live job's progress or an ended job's result that the store could not read at
/// once.
bool lacks_body(const engine::Reply& reply);
/// Reads the body that such a reply lacks; null: there is none any more. The failure is told as by
/// `unreadable`.
awaitable<Result<Body>> missing_body(Context& context, Exchange& exchange, Answer answer);

/// Makes the files among these payloads durable. On failure none is left behind.
awaitable<Result<void>> write_files(Context& context, Exchange& exchange,
                                    std::vector<StoredPayload> payloads);

/// As write_files; a failure is told as the refusal of a job whose input it is.
awaitable<Result<void>> write_inputs(Context& context, Exchange& exchange,
                                     std::vector<StoredPayload> payloads);

/// Those of place `file`.
std::vector<PayloadRef> files_among(const std::vector<StoredPayload>& payloads);

/// Deletes the files of a refused command.
void discard_files(Context& context, const std::vector<PayloadRef>& files);

}  // namespace pilotlight::service
