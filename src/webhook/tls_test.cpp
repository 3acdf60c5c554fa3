// Receivers that speak TLS, or should.
#include <cstdlib>

#include "webhook/testing/certificates.hpp"
#include "webhook/testing/sender_fixture.hpp"

namespace pilotlight::webhook::testing {
namespace {

Lookups::Resolve this_machine() {
  return [](const std::string&) {
    return Result<Addresses>(Addresses{net::asio::ip::make_address("127.0.0.1")});
  };
}

struct TlsTest : SenderTest {
  TlsTest() {
    options.resolve = this_machine();
    authorities = ::testing::TempDir() + "authorities." + std::to_string(::getpid()) + ".pem";
    ::unlink(authorities.c_str());
    append_certificate(authorities, trusted.get());
    ::setenv("SSL_CERT_FILE", authorities.c_str(), 1);  // before there is another thread
  }
  ~TlsTest() override {
    sender.reset();
    ::unsetenv("SSL_CERT_FILE");
    ::unlink(authorities.c_str());
  }

  /// What comes of a POST to the recorder at this host.
  Outcome send_to(const std::string& host, SSL_CTX* context) {
    Receiver receiver(
        [this, answer = recorder.script()](Connection& connection) {
          server_name = connection.server_name();
          if (connection.good()) answer(connection);
        },
        context);
    return send(post(receiver.url("/hook?token=t0psecret", host), R"({"output":1})"));
  }

  Key key = make_key();
  Certificate trusted = make_certificate(key.get(), {"DNS:receiver.test,DNS:*.wild.test,IP:127.0.0.1"});
  TlsContext tls = tls_of(key.get(), trusted.get());
  std::string authorities;
  Recorder recorder;
  std::string server_name;  ///< that the sender asked for; read after the receiver's end
};

TEST_F(TlsTest, posts_to_a_receiver_whose_certificate_is_for_the_name) {
  for (const std::string host : {"receiver.test", "RECEIVER.test", "receiver.test.", "a.wild.test"}) {
    const Outcome outcome = send_to(host, tls.get());
    EXPECT_EQ(outcome.status, 200) << host << ": " << outcome.detail;
    EXPECT_TRUE(recorder.last().starts_with("POST /hook?token=t0psecret HTTP/1.1\r\n"));
    EXPECT_TRUE(recorder.last().ends_with("\r\n\r\n{\"output\":1}"));
    EXPECT_EQ(server_name, host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  }
}

TEST_F(TlsTest, posts_to_a_receiver_whose_certificate_is_for_the_address) {
  const Outcome outcome = send_to("127.0.0.1", tls.get());
  EXPECT_EQ(outcome.status, 200) << outcome.detail;
  EXPECT_EQ(server_name, "");
}

TEST_F(TlsTest, sends_large_bodies_as_they_are) {
  std::string body(16 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i / 1000 % 26);
  Receiver receiver(recorder.script(), tls.get());
  EXPECT_EQ(send(post(receiver.url(), body)).status, 200);
  EXPECT_TRUE(recorder.last().substr(recorder.last().find("\r\n\r\n") + 4) == body);
}

TEST_F(TlsTest, refuses_a_certificate_for_another_name) {
  for (const std::string host : {"other.test", "test", "a.b.wild.test", "wild.test"}) {
    const Outcome outcome = send_to(host, tls.get());
    EXPECT_EQ(outcome.status, 0) << host;
    EXPECT_EQ(outcome.detail, "the certificate of " + host + " is refused: hostname mismatch");
  }
  EXPECT_EQ(recorder.count(), 0U) << "nothing was sent";
}

TEST_F(TlsTest, refuses_a_certificate_without_the_address) {
  const Certificate named = make_certificate(key.get(), {"DNS:receiver.test,DNS:127.0.0.1"});
  append_certificate(authorities, named.get());
  const TlsContext context = tls_of(key.get(), named.get());
  EXPECT_EQ(send_to("127.0.0.1", context.get()).detail,
            "the certificate of 127.0.0.1 is refused: IP address mismatch");
  EXPECT_EQ(recorder.count(), 0U);
}

TEST_F(TlsTest, refuses_a_certificate_that_nobody_vouches_for) {
  const Key other = make_key();
  const Certificate stranger = make_certificate(other.get(), {"DNS:receiver.test"});
  const TlsContext context = tls_of(other.get(), stranger.get());
  EXPECT_EQ(send_to("receiver.test", context.get()).detail,
            "the certificate of receiver.test is refused: self-signed certificate");
  EXPECT_EQ(recorder.count(), 0U);
}

TEST_F(TlsTest, refuses_a_certificate_that_has_ended) {
  const Certificate ended = make_certificate(key.get(), {"DNS:receiver.test", -60});
  append_certificate(authorities, ended.get());
  const TlsContext context = tls_of(key.get(), ended.get());
  EXPECT_EQ(send_to("receiver.test", context.get()).detail,
            "the certificate of receiver.test is refused: certificate has expired");
  EXPECT_EQ(recorder.count(), 0U);
}

TEST_F(TlsTest, refuses_versions_before_1_2) {
  SSL_CTX_set_security_level(tls.get(), 0);
  SSL_CTX_set_min_proto_version(tls.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(tls.get(), TLS1_1_VERSION);
  const Outcome old = send_to("receiver.test", tls.get());
  EXPECT_EQ(old.status, 0);
  EXPECT_TRUE(holds(old, "TLS with receiver.test failed: ")) << old.detail;
  SSL_CTX_set_max_proto_version(tls.get(), TLS1_2_VERSION);
  EXPECT_EQ(send_to("receiver.test", tls.get()).status, 200);
}

TEST_F(TlsTest, says_that_the_receiver_does_not_speak_tls) {
  Receiver plain([](Connection& connection) {
    connection.read();
    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const Outcome outcome = send("https://receiver.test:" + std::to_string(plain.port()) + "/");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(holds(outcome, "TLS with receiver.test failed: ")) << outcome.detail;
}

TEST_F(TlsTest, gives_up_a_receiver_that_never_shakes_hands) {
  options.total_max = 300ms;
  Receiver plain([](Connection& connection) { connection.read_to_the_end(); });
  const Outcome outcome = send("https://receiver.test:" + std::to_string(plain.port()) + "/");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "the receiver did not answer within 300 ms");
}

TEST_F(TlsTest, an_answer_before_the_end_of_the_request_counts) {
  std::promise<void> end;
  Receiver receiver(
      [&](Connection& connection) {
        connection.read();
        connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large");
        end.get_future().wait();
      },
      tls.get());
  const Outcome outcome = send(post(receiver.url(), std::string(32 << 20, 'x')));
  end.set_value();
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.detail, "too large");
}

TEST_F(TlsTest, a_cut_without_close_notify_ends_an_answer_or_gives_none) {
  Receiver receiver(
      [](Connection& connection) {
        connection.read_request();
        connection.write("HTTP/1.0 500 Oh\r\n\r\nall of it");
        connection.hang_up();
      },
      tls.get());
  EXPECT_EQ(send(receiver.url()).detail, "all of it");
  Receiver silent([](Connection& connection) { connection.read_request(); }, tls.get());
  EXPECT_EQ(send(silent.url()).detail, "the receiver closed the connection without a whole answer");
}

}  // namespace
}  // namespace pilotlight::webhook::testing
