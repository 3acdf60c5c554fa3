// What is sent, to whom, and what comes of it.
#include "webhook/testing/sender_fixture.hpp"

#include "webhook/signature.hpp"

namespace pilotlight::webhook::testing {
namespace {

std::string header(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos || at > request.find("\r\n\r\n")) return "(none)";
  const std::size_t from = at + name.size() + 4;
  return request.substr(from, request.find("\r\n", from) - from);
}

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

TEST_F(SenderTest, posts_the_body_signed) {
  Recorder recorder;
  Receiver receiver(recorder.script());
  const Outcome outcome = send(post(receiver.url("/hook/1?a=b#c"), R"({"id":"x"})"));
  EXPECT_EQ(outcome.status, 200);
  EXPECT_EQ(outcome.detail, "");
  const std::string request = recorder.last();
  EXPECT_TRUE(request.starts_with("POST /hook/1?a=b HTTP/1.1\r\n")) << request;
  EXPECT_EQ(header(request, "Host"), "127.0.0.1:" + std::to_string(receiver.port()));
  EXPECT_EQ(header(request, "User-Agent"), "Pilotlight/test");
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(header(request, "Content-Length"), "10");
  EXPECT_EQ(header(request, "Authorization"), "(none)");
  EXPECT_EQ(header(request, "webhook-id"), "msg_1");
  EXPECT_EQ(header(request, "webhook-timestamp"), "1700000000");
  Signature expected("secret key", "msg_1", 1'700'000'000);
  expected.add(R"({"id":"x"})");
  EXPECT_EQ(header(request, "webhook-signature"), expected.finish());
  EXPECT_EQ(body_of(request), R"({"id":"x"})");
}

TEST_F(SenderTest, a_body_that_is_null_is_empty) {
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send({receiver.url(), "msg_2", nullptr, 1}).status, 200);
  EXPECT_EQ(header(recorder.last(), "Content-Length"), "0");
}

TEST_F(SenderTest, sends_user_info_as_basic_authentication) {
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send("http://me:p%40ss@127.0.0.1:" + std::to_string(receiver.port()) + "/").status, 200);
  EXPECT_EQ(header(recorder.last(), "Authorization"), "Basic " + base64("me:p@ss"));
}

TEST_F(SenderTest, sends_large_bodies_as_they_are) {
  std::string body(64 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 4096) body[i] = static_cast<char>('a' + i / 4096 % 26);
  Signature expected("secret key", "msg_1", 1'700'000'000);
  expected.add(body);
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send(post(receiver.url(), body)).status, 200);
  EXPECT_TRUE(body_of(recorder.last()) == body);
  EXPECT_EQ(header(recorder.last(), "webhook-signature"), expected.finish());
}

TEST_F(SenderTest, tells_the_beginning_of_an_answer_other_than_2xx) {
  Recorder recorder;
  Receiver failing(recorder.script("HTTP/1.1 500 Oh\r\nContent-Length: 12\r\n\r\nout of\r\ndisk and more"));
  const Outcome failed = send(failing.url());
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.detail, "out of disk");
  Receiver chunked(recorder.script(
      "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n5\r\nhere!\r\n0\r\n\r\n"));
  EXPECT_EQ(send(chunked.url()).detail, "nothere!");
  Receiver until_the_end(recorder.script("HTTP/1.0 503 Busy\r\n\r\ncome back later"));
  EXPECT_EQ(send(until_the_end.url()).detail, "come back later");
  Receiver silent(recorder.script("HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_EQ(send(silent.url()).status, 204);
}

TEST_F(SenderTest, a_redirect_is_an_answer_and_not_followed) {
  Recorder recorder, elsewhere;
  Receiver other(elsewhere.script());
  for (const std::string status : {"301", "302", "303", "307", "308"}) {
    Receiver receiver(recorder.script("HTTP/1.1 " + status + " Away\r\nLocation: " + other.url() +
                                      "\r\nContent-Length: 5\r\n\r\nmoved"));
    const Outcome outcome = send(receiver.url());
    EXPECT_EQ(std::to_string(outcome.status), status);
    EXPECT_EQ(outcome.detail, "moved");
  }
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(SenderTest, tells_nothing_secret_of_the_url_that_an_answer_repeats) {
  const auto repeat = [](Connection& connection) {
    const std::string request = connection.read_request();
    connection.write("HTTP/1.1 400 Bad\r\n\r\n" + request);
  };
  Receiver receiver(repeat);
  const Outcome outcome = send("http://someone:pass%77ord@127.0.0.1:" + std::to_string(receiver.port()) +
                               "/p?token=t0psecret&x=1");
  EXPECT_EQ(outcome.status, 400);
  EXPECT_TRUE(outcome.detail.starts_with("POST /p?*** HTTP/1.1 Host: 127.0.0.1")) << outcome.detail;
  EXPECT_TRUE(holds(outcome, "Authorization: Basic *** Content-Type")) << outcome.detail;
  EXPECT_LE(outcome.detail.size(), 300U);
}

TEST_F(SenderTest, says_what_is_wrong_with_a_url_without_quoting_it) {
  const Outcome outcome = send("ftp://me:password@example.com/?token=t0psecret");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "the URL must begin with http:// or https://");
}

TEST_F(SenderTest, says_that_nobody_listens) {
  const int fd = net::listen_on("127.0.0.1", 0);
  const std::uint16_t port = net::port_of(fd);
  ::close(fd);
  const Outcome outcome = send("http://127.0.0.1:" + std::to_string(port) + "/?token=t0psecret");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "cannot connect to 127.0.0.1: Connection refused");
}

Lookups::Resolve resolves_to(std::vector<std::string> texts) {
  return [texts](const std::string&) {
    Addresses addresses;
    for (const std::string& text : texts) addresses.push_back(net::asio::ip::make_address(text));
    return Result<Addresses>(addresses);
  };
}

TEST_F(SenderTest, tries_the_addresses_of_a_name_in_turn) {
  options.resolve = resolves_to({"127.0.0.2", "::1", "127.0.0.1"});
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send(receiver.url("/", "receiver.test")).status, 200);
  EXPECT_EQ(header(recorder.last(), "Host"), "receiver.test:" + std::to_string(receiver.port()));
}

TEST_F(SenderTest, tells_each_address_that_failed) {
  options.resolve = resolves_to({"127.0.0.2", "127.0.0.3"});
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send(receiver.url("/", "receiver.test")).detail,
            "cannot connect to 127.0.0.2: Connection refused, 127.0.0.3: Connection refused");
}

TEST_F(SenderTest, says_why_a_name_was_not_resolved) {
  options.resolve = [](const std::string&) -> Result<Addresses> { return refusal(Errc::io, "no such name"); };
  EXPECT_EQ(send("http://receiver.test/").detail, "the name receiver.test was not resolved: no such name");
  sender.reset();
  options.resolve = resolves_to({});
  EXPECT_EQ(send("http://receiver.test/").detail, "the name receiver.test has no address");
}

TEST_F(SenderTest, connects_to_no_internal_address_however_it_is_written) {
  options.allow_internal = false;
  Recorder recorder;
  Receiver receiver(recorder.script());
  const std::string refused = "the address is internal (127.0.0.1); the option webhook-internal allows it";
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1"}) {
    const Outcome outcome = send(receiver.url("/", host));
    EXPECT_EQ(outcome.status, 0) << host;
    EXPECT_TRUE(host == std::string("localhost") ? holds(outcome, "the address is internal")
                                                 : outcome.detail == refused)
        << host << ": " << outcome.detail;
  }
  for (const char* host : {"[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "169.254.169.254", "10.0.0.1"})
    EXPECT_TRUE(holds(send(receiver.url("/", host)), "the address is internal (")) << host;
  EXPECT_EQ(receiver.connections(), 0);
}

TEST_F(SenderTest, connects_to_no_internal_address_that_a_name_leads_to) {
  options.allow_internal = false;
  options.resolve = resolves_to({"127.0.0.1", "::1", "192.168.0.1"});
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send(receiver.url("/", "rebinding.test")).detail,
            "the address is internal (127.0.0.1); the option webhook-internal allows it");
  EXPECT_EQ(receiver.connections(), 0);
}

TEST_F(SenderTest, skips_the_internal_ones_of_several_addresses) {
  options.allow_internal = false;
  options.connect_max = options.total_max = 200ms;
  options.resolve = resolves_to({"127.0.0.1", "3000::1"});  // not internal, and never assigned
  Recorder recorder;
  Receiver receiver(recorder.script());
  const Outcome outcome = send(receiver.url("/", "mixed.test"));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_FALSE(holds(outcome, "internal")) << outcome.detail;
  EXPECT_EQ(receiver.connections(), 0);
}

}  // namespace
}  // namespace pilotlight::webhook::testing
