#include "service/payloads.hpp"

#include "engine/reply.hpp"

namespace pilotlight::service {

PayloadRef reference(RowNumber number, const Body& body) {
  if (!body || body->empty()) return {};
  PayloadRef ref{number, static_cast<std::uint32_t>(body->size()),
                 body->size() < file_from ? PayloadPlace::row : PayloadPlace::file};
  ref.sum = payload_sum(ref, *body);
  return ref;
}

Result<Body> result_of(Store& store, const FinalJob& job) {
  if (!job.result) return Body();
  Result<Body> body = store.read(job.result);
  if (body) return body;
  Error error = body.error();
  if (error.code == Errc::not_found) {
    // At the least time a row is found for as long as it names its result.
    const auto row = store.final_job(job.id, Timestamp::min());
    if (!row) return row.error();
    if (!*row || (*row)->result != job.result) return error;
    error = refusal(Errc::corrupt, "cannot read a payload: the payload is lost");
  }
  error.message += "; the payload is the result of job " + job.id.text();
  return error;
}

Error unreadable(Error error) {
  if (error.code != Errc::io && error.code != Errc::corrupt) error.code = Errc::internal;
  return error;
}

bool lacks_body(const engine::Reply& reply) {
  if (reply.bodies.empty() || reply.bodies.front()) return false;
  const auto* ended = std::get_if<answer::JobEnded>(&reply.answer);
  const auto* live = std::get_if<answer::JobLive>(&reply.answer);
  return (ended != nullptr && ended->job.result) || (live != nullptr && live->progress);
}

awaitable<Result<Body>> missing_body(Context& context, Exchange& exchange, Answer answer) {
  auto read = [&context, &answer] {
    const auto* ended = std::get_if<answer::JobEnded>(&answer);
    return ended != nullptr ? result_of(context.store, ended->job)
                            : context.store.read(std::get<answer::JobLive>(answer).progress);
  };
  Result<Body> body = co_await on_files_thread(context, exchange, std::move(read));
  // Progress that was replaced meanwhile is no failure.
  if (!body && body.error().code == Errc::not_found) body = Body();
  if (!body) co_return unreadable(body.error());
  co_return body;
}

awaitable<Result<void>> write_files(Context& context, Exchange& exchange,
                                    std::vector<StoredPayload> payloads) {
  std::erase_if(payloads,
                [](const StoredPayload& payload) { return payload.ref.place != PayloadPlace::file; });
  if (payloads.empty()) co_return Result<void>();
  auto write = [&context, &payloads]() -> Result<void> {
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      auto written = context.store.write_file(payloads[i].ref, payloads[i].body);
      if (written) continue;
      for (std::size_t done = 0; done < i; ++done) context.store.discard_file(payloads[done].ref);
      return written;
    }
    return {};
  };
  co_return co_await on_files_thread(context, exchange, std::move(write));
}

awaitable<Result<void>> write_inputs(Context& context, Exchange& exchange,
                                     std::vector<StoredPayload> payloads) {
  Result<void> written = co_await write_files(context, exchange, std::move(payloads));
  if (!written)
    co_return refusal(Errc::unavailable, "the input could not be stored: " + written.error().message);
  co_return written;
}

std::vector<PayloadRef> files_among(const std::vector<StoredPayload>& payloads) {
  std::vector<PayloadRef> files;
  for (const StoredPayload& payload : payloads)
    if (payload.ref.place == PayloadPlace::file) files.push_back(payload.ref);
  return files;
}

void discard_files(Context& context, const std::vector<PayloadRef>& files) {
  for (const PayloadRef& ref : files) {
    Store& store = context.store;
    context.engine.on_files_thread([&store, ref] { store.discard_file(ref); });
  }
}

}  // namespace pilotlight::service
