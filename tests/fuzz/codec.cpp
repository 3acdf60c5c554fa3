// What a damaged disk could hand to a decoder: entries of a command trace, and stored values with a right
// checksum.
#include "domain/codec.hpp"
#include "domain/webhooks/webhook.hpp"
#include "store/codec.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;

namespace {

/// The format has one text for each value.
template <class T>
void is_exact(std::string_view bytes) {
  if (const auto value = decode<T>(bytes)) ASSERT(encode(*value) == bytes);
}

template <class T>
void is_stored_as_itself(std::string_view content, std::uint8_t version) {
  std::string bytes(1, static_cast<char>(version));
  const std::uint32_t sum = crc32c(content) ^ version;
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum).append(content);
  const Result<T> value = store::from_stored<T>(bytes, "a row");
  if (!value) {
    ASSERT(value.error().code == Errc::corrupt);
    return;
  }
  std::string again;
  store::to_stored(*value, again);
  if (version == store::stored_version<T>) ASSERT(again == bytes);
  const Result<T> read = store::from_stored<T>(again, "a row");
  ASSERT(read && encode(*read) == encode(*value));
  bytes.back() ^= 1;
  ASSERT(!store::from_stored<T>(bytes, "a row"));  // the checksum sees it
}

template <class... T>
void are_stored_as_themselves(unsigned which, std::string_view content, std::uint8_t version) {
  unsigned index = 0;
  ((index++ == which % sizeof...(T) ? is_stored_as_itself<T>(content, version) : void()), ...);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  is_exact<Command>(text);
  is_exact<Record>(text);
  if (size < 2) return 0;
  are_stored_as_themselves<record::TemplateSaved, record::EndpointSaved, record::ApiKeySaved,
                           record::CountersSaved, record::WorkerSaved, record::JobSaved, record::JobFinished,
                           record::StreamSaved, record::WebhookSaved, WebhookAttempt, record::BatchSaved,
                           record::BatchRequestSaved, store::Marks, record::RegistrySaved,
                           record::SecretSaved>(data[0], text.substr(2), data[1] & 3U);
  return 0;
}
