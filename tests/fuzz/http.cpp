// The fuzzer's bytes are what a connection receives: the head of a request, then a chunked or a gzip body.
#include <algorithm>

#include "net/chunked_decoder.hpp"
#include "net/gunzip.hpp"
#include "net/request_head.hpp"
#include "net/router.hpp"
#include "net/testing/gzip.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::net;

namespace {

struct Decoded {
  ChunkedDecoder::State state = ChunkedDecoder::State::reading;
  std::string data;
  std::string rest;

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// The body as it comes in pieces of this size.
Decoded decoded(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder;
  Decoded result;
  while (!bytes.empty() && result.state == ChunkedDecoder::State::reading) {
    std::string_view in = bytes.substr(0, piece);
    const std::size_t before = in.size();
    result.state = decoder.feed(in, &result.data);
    bytes.remove_prefix(before - in.size());
  }
  ASSERT(decoder.bytes() == result.data.size());
  if (result.state == ChunkedDecoder::State::done) result.rest = bytes;
  return result;
}

void body_is_the_same_in_pieces(std::string_view bytes) {
  const Decoded whole = decoded(bytes, std::string_view::npos);
  ASSERT(whole.data.size() + whole.rest.size() <= bytes.size());
  for (const std::size_t piece : {1, 2, 7}) ASSERT(decoded(bytes, piece) == whole);
  if (whole.state != ChunkedDecoder::State::done) return;
  ASSERT(bytes.substr(0, bytes.size() - whole.rest.size()).ends_with("\r\n\r\n"));
  if (whole.data.empty()) return;
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", whole.data.size());
  const Decoded again = decoded(size + whole.data + "\r\n0\r\n\r\nrest", std::string_view::npos);
  ASSERT(again.state == ChunkedDecoder::State::done && again.data == whole.data && again.rest == "rest");
}

Gunzip::State unpacked(const std::string& packed, ByteCount limit, std::string& text) {
  Gunzip gunzip(packed, limit);
  Gunzip::State state = gunzip.step();
  while (state == Gunzip::State::more) state = gunzip.step();
  text = std::move(gunzip.text());
  return state;
}

void packed_body_is_bounded(std::string_view bytes) {
  constexpr ByteCount limit = 1'000;
  std::string text, again;
  const Gunzip::State state = unpacked(std::string(bytes), limit, text);
  ASSERT(text.size() <= limit + 1 && (state == Gunzip::State::over_limit) == (text.size() > limit));
  if (state != Gunzip::State::done) return;
  ASSERT(unpacked(testing::gzip(text), text.size(), again) == Gunzip::State::done && again == text);
  if (!text.empty())
    ASSERT(unpacked(std::string(bytes), text.size() - 1, again) == Gunzip::State::over_limit);
}

void head_is_sound(const RequestHead& head) {
  const Request& request = head.request;
  ASSERT(request.path.starts_with('/') && request.path.find('?') == std::string::npos);
  ASSERT(!head.chunked || head.content_length == 0);
  ASSERT(!head.chunked || head.knows_chunks);
  ASSERT(request.authorization.find_first_of("\r\n") == std::string::npos);
  const std::string target = request.path + (request.query.empty() ? "" : "?" + request.query);
  ASSERT(target.find_first_of(" \r\n") == std::string::npos);
  if (request.method == Method::other) return;
  const HeadResult again =
      parse_head(std::string(method_name(request.method)) + " " + target +
                 " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(head.content_length) +
                 "\r\nAuthorization: " + request.authorization + "\r\n\r\n");
  ASSERT(again.head && again.head->content_length == head.content_length);
  ASSERT(again.head->request.path == request.path && again.head->request.query == request.query);
  ASSERT(again.head->request.authorization == request.authorization);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t end = text.find("\r\n\r\n");
  body_is_the_same_in_pieces(text);
  if (end == std::string_view::npos) return 0;
  body_is_the_same_in_pieces(text.substr(end + 4));
  packed_body_is_bounded(text.substr(end + 4));
  const HeadResult result = parse_head(text.substr(0, end + 4));
  if (result.head)
    head_is_sound(*result.head);
  else
    ASSERT(result.problem.status >= 400 && graphql::is_utf8(result.problem.message));
  return 0;
}
