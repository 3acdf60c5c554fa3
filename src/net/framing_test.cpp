// Heads and chunks: what two readers could read in two ways is refused.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "net/chunked_decoder.hpp"
#include "net/request_head.hpp"
#include "net/response_head.hpp"

namespace pilotlight::net {
namespace {

HeadResult head(const std::string& lines) {
  return parse_head(lines + "\r\n\r\n");
}

TEST(RequestHead, says_what_was_sent) {
  const HeadResult result = head(
      "POST /v2/ep%31/run?a=b&c HTTP/1.1\r\nHost: example.org:8080\r\nauthorization: Bearer k\r\nUSER-AGENT: "
      "u/1\r\n"
      "Content-Type: text/plain\r\nContent-Length: 12\r\nExpect: 100-Continue");
  ASSERT_TRUE(result.head);
  const Request& request = result.head->request;
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.path, "/v2/ep%31/run");
  EXPECT_EQ(request.query, "a=b&c");
  EXPECT_EQ(request.authorization, "Bearer k");
  EXPECT_EQ(request.user_agent, "u/1");
  EXPECT_EQ(result.head->content_length, 12U);
  EXPECT_TRUE(result.head->keep_alive);
  EXPECT_TRUE(result.head->expects_continue);
}

TEST(RequestHead, connections_are_kept_as_the_version_says) {
  EXPECT_TRUE(head("GET / HTTP/1.1\r\nHost: h").head->keep_alive);
  EXPECT_FALSE(head("GET / HTTP/1.1\r\nHost: h\r\nConnection: close").head->keep_alive);
  EXPECT_FALSE(head("GET / HTTP/1.0").head->keep_alive);
  EXPECT_TRUE(head("GET / HTTP/1.0\r\nConnection: keep-alive").head->keep_alive);
}

TEST(RequestHead, methods_are_known_or_other) {
  const std::pair<const char*, Method> cases[] = {{"GET", Method::get},        {"HEAD", Method::head},
                                                  {"PUT", Method::put},        {"PATCH", Method::patch},
                                                  {"DELETE", Method::delete_}, {"OPTIONS", Method::options},
                                                  {"BREW", Method::other},     {"get", Method::other}};
  for (const auto& [name, method] : cases)
    EXPECT_EQ(head(std::string(name) + " / HTTP/1.1\r\nHost: h").head->request.method, method) << name;
}

TEST(RequestHead, what_could_be_read_in_two_ways_is_refused) {
  const std::pair<const char*, int> cases[] = {
      {"Content-Length: 1\r\nContent-Length: 1", 400},
      {"Content-Length: 1\r\nContent-Length: 2", 400},
      {"Content-Length: 1, 1", 400},
      {"Content-Length: -1", 400},
      {"Content-Length: +1", 400},
      {"Content-Length: 0x10", 400},
      {"Content-Length: 1 2", 400},
      {"Content-Length:", 400},
      {"Content-Length: 18446744073709551616", 400},
      {"Content-Length: 1\r\nTransfer-Encoding: chunked", 400},
      {"Transfer-Encoding: chunked\r\nContent-Length: 1", 400},
      {"Transfer-Encoding: gzip, chunked", 501},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400},
      {"Transfer-Encoding: identity", 501},
      {"Content-Length: 1\r\nContent-Encoding: deflate", 415},
      {"Content-Encoding: br\r\nTransfer-Encoding: chunked", 415},
      {"Content-Length: 1\r\nContent-Encoding: gzip, br", 415},
      {"Content-Length: 1\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip", 415},
      {"no colon", 400},
      {" folded: line", 400},
      {"A: b\r\n folded", 400},
      {"A: b\r\n\tfolded", 400},
      {"name with space: x", 400},
      {"space-before-colon : x", 400},
      {"A: b\nContent-Length: 1", 400},
      {"A: b\rContent-Length: 1", 400},
      {"A: b\nHost: other", 400},
      {"Host: h", 400},
      {"host: other", 400},
  };
  for (const auto& [field, status] : cases) {
    const HeadResult result = head(std::string("POST / HTTP/1.1\r\nHost: h\r\n") + field);
    EXPECT_FALSE(result.head) << field;
    EXPECT_EQ(result.problem.status, status) << field;
    EXPECT_FALSE(result.problem.message.empty()) << field;
  }
}

TEST(RequestHead, knows_a_packed_body) {
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n";
  for (const char* packed : {"gzip", "X-GZIP", "identity, gzip", " GZip ,"})
    EXPECT_TRUE(head(post + "Content-Encoding: " + packed).head->gzip) << packed;
  for (const char* plain : {"identity", "", ","})
    EXPECT_FALSE(head(post + "Content-Encoding: " + plain).head->gzip) << plain;
  EXPECT_TRUE(head("GET / HTTP/1.1\r\nHost: h\r\nContent-Encoding: br").head)
      << "without a body it means nothing";
}

TEST(RequestHead, a_host_is_needed_from_http_1_1_on) {
  EXPECT_EQ(head("GET / HTTP/1.1").problem.status, 400);
  EXPECT_TRUE(head("GET / HTTP/1.1\r\nHost:").head);
  EXPECT_TRUE(head("GET / HTTP/1.0").head);
  EXPECT_EQ(head("GET / HTTP/1.0\r\nHost: h\r\nHost: h").problem.status, 400);
}

TEST(RequestHead, http_1_0_has_no_chunks) {
  EXPECT_EQ(head("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked").problem.status, 400);
}

TEST(RequestHead, what_is_no_request_line_is_refused) {
  for (const char* line :
       {"", "GET", "GET /", "GET / HTTP/9.9", "GET  / HTTP/1.1", "GET * HTTP/1.1",
        "GET http://example.org/ HTTP/1.1", "GET /a b HTTP/1.1", "\x16\x03\x01", "GET /\x01 HTTP/1.1"})
    EXPECT_EQ(head(line).problem.status, 400) << line;
}

struct Decoded {
  ChunkedDecoder::State state;
  std::string text;
  std::string rest;
};

/// Fed in pieces of this size.
Decoded decoded(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder;
  Decoded result{ChunkedDecoder::State::reading, {}, {}};
  while (!bytes.empty() && result.state == ChunkedDecoder::State::reading) {
    std::string_view part = bytes.substr(0, piece);
    const std::size_t size = part.size();
    result.state = decoder.feed(part, &result.text);
    bytes.remove_prefix(size - part.size());
  }
  result.rest = bytes;
  return result;
}

TEST(ChunkedDecoder, reads_the_same_in_any_pieces) {
  const std::string bytes =
      "3\r\nabc\r\nA;name=\"v\"\r\n0123456789\r\n00\r\nTrailer: x\r\nOther: y\r\n\r\nNEXT";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Decoded result = decoded(bytes, piece);
    EXPECT_EQ(result.state, ChunkedDecoder::State::done) << piece;
    EXPECT_EQ(result.text, "abc0123456789") << piece;
    EXPECT_EQ(result.rest, "NEXT") << piece;
  }
}

TEST(ChunkedDecoder, refuses_what_is_malformed) {
  for (const std::string& bytes :
       {std::string("\r\n"), std::string("g\r\n"), std::string("-1\r\n"), std::string("0x3\r\nabc\r\n"),
        std::string("3\nabc\r\n"), std::string("3\r\nabcd\r\n"), std::string("3\r\nabc\n0\r\n\r\n"),
        std::string("ffffffffffffffff\r\n"), std::string("0\r\n\rx"),
        "1;" + std::string(10'000, 'x') + "\r\n", "0\r\n" + std::string(10'000, 'x') + "\r\n",
        "0\r\na:" + std::string(10'000, 'x') + "\r\n"})
    EXPECT_EQ(decoded(bytes, 7).state, ChunkedDecoder::State::malformed) << bytes.substr(0, 40);
}

TEST(ChunkedDecoder, extensions_have_the_syntax_of_rfc_9112) {
  for (const char* extension : {";a", ";a=b", ";a=\"b\"", ";a=\"\"", ";a=\"b;\\\"\\\\ c\x80\"",
                                ";a;b=c;d=\"e\"", " ; a = b ; c\t;d=\"\" ;e"})
    EXPECT_EQ(decoded("1" + std::string(extension) + "\r\nx\r\n0\r\n\r\n", 3).text, "x") << extension;
  for (const char* extension :
       {" ",         "\t",          ";",           ";;a",    ";=b",       ";a=",       ";a=;b",
        ";a b",      ";a=b c",      ";a =b c",     ";a=\"b", ";a=\"b\"c", ";a=b\"c\"", ";a\n",
        ";a=\"\n\"", ";a=\"\\\n\"", ";a=\"\x01\"", ";\x80",  ";a\r",      "a b",       ",a"})
    EXPECT_EQ(decoded("1" + std::string(extension) + "\r\nx\r\n0\r\n\r\n", 3).state,
              ChunkedDecoder::State::malformed)
        << extension;
}

TEST(ChunkedDecoder, trailers_have_the_syntax_of_fields) {
  for (const char* trailer : {"a:", "a:b", "A-1: b c\t\x80", ("a: b\r\nc: d")})
    EXPECT_EQ(decoded("0\r\n" + std::string(trailer) + "\r\n\r\nNEXT", 3).rest, "NEXT") << trailer;
  // The last but one is a request of somebody else on a connection that a proxy shares.
  for (const char* trailer : {"a", "a\n", ":b", "a :b", " a:b", "a: b\n", "a: b\n\r\n", "a: b\rc: d",
                              "a: b\r\n c", "a: \x01", "\nGET / HTTP/1.1\r\nHost: h", "\n"})
    EXPECT_EQ(decoded("0\r\n" + std::string(trailer) + "\r\n\r\n", 3).state, ChunkedDecoder::State::malformed)
        << trailer;
}

TEST(ChunkedDecoder, counts_what_it_does_not_keep) {
  ChunkedDecoder decoder;
  std::string_view bytes = "5\r\nhello\r\n0\r\n\r\n";
  EXPECT_EQ(decoder.feed(bytes, nullptr), ChunkedDecoder::State::done);
  EXPECT_EQ(decoder.bytes(), 5U);
}

TEST(Framing, random_and_mutated_bytes_do_no_harm) {
  Random random(11);
  const std::string good =
      "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    for (int i = 0; i < 4; ++i) bytes[random.below(bytes.size())] = static_cast<char>(random.next());
    (void)parse_head(bytes);
    (void)decoded(bytes, 1 + random.below(20));
  }
}

TEST(ResponseHead, says_length_type_and_what_was_added) {
  Response response;
  response.headers.emplace_back("Retry-After", "5");
  response.status = 503;
  EXPECT_EQ(response_head(response, Framing::length, 7, false),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 7\r\n"
            "Retry-After: 5\r\nConnection: close\r\n\r\n");
  Response nothing;
  nothing.status = 204;
  EXPECT_EQ(response_head(nothing, Framing::length, 0, true), "HTTP/1.1 204 No Content\r\n\r\n");
}

}  // namespace
}  // namespace pilotlight::net
