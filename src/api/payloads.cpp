#include "api/payloads.hpp"

namespace pilotlight::api {

PayloadRef reference(RowNumber number, const Body& body) {
  if (!body || body->empty()) return {};
  return {number, static_cast<std::uint32_t>(body->size()),
          body->size() < file_from ? PayloadPlace::row : PayloadPlace::file};
}

net::awaitable<Result<void>> write_files(Context& context, net::Exchange& exchange,
                                         std::vector<StoredPayload> payloads) {
  std::erase_if(payloads,
                [](const StoredPayload& payload) { return payload.ref.place != PayloadPlace::file; });
  Result<void> result;
  if (payloads.empty()) co_return result;
  std::function<void()> work = [&context, &payloads, &result] {
    for (std::size_t i = 0; i < payloads.size() && result; ++i) {
      result = context.store.write_file(payloads[i].ref, payloads[i].body);
      if (result) continue;
      for (std::size_t done = 0; done < i; ++done) context.store.discard_file(payloads[done].ref);
    }
  };
  co_await on_files_thread(context, exchange, std::move(work));
  co_return result;
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

}  // namespace pilotlight::api
