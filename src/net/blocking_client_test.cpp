#include "net/blocking_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace pilotlight::net {
namespace {

using Tcp = boost::asio::ip::tcp;

/// Answers one request with this text, or with silence.
class OneAnswer {
 public:
  explicit OneAnswer(std::string text) : text_(std::move(text)), thread_([this] { serve(); }) {}
  ~OneAnswer() { thread_.join(); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

 private:
  void serve() {
    Tcp::socket peer(context_);
    acceptor_.accept(peer);
    boost::asio::streambuf buffer;
    boost::system::error_code error;
    boost::asio::read_until(peer, buffer, "\r\n\r\n", error);
    if (!text_.empty()) boost::asio::write(peer, boost::asio::buffer(text_), error);
    char rest[64];
    while (peer.read_some(boost::asio::buffer(rest), error) > 0) {
    }
  }

  boost::asio::io_context context_;
  Tcp::acceptor acceptor_{context_, Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)};
  std::string text_;
  std::thread thread_;
};

TEST(BlockingClient, gives_up_on_a_server_that_does_not_answer) {
  OneAnswer silent("");
  const auto reply = http_request(silent.url(), "GET", "/", "", "", std::chrono::milliseconds{50});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::io);
}

TEST(BlockingClient, reads_an_answer_of_any_size) {
  const std::string body(20 << 20, 'x');
  OneAnswer large("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto reply = http_request(large.url(), "GET", "/", "", "");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body.size(), body.size());
}

TEST(BlockingClient, says_what_is_no_address_and_where_nobody_answers) {
  EXPECT_EQ(http_request("https://127.0.0.1", "GET", "/", "", "").error().code, Errc::invalid);
  const auto nobody = http_request("http://127.0.0.1:1", "GET", "/", "", "");
  EXPECT_NE(nobody.error().message.find("is the server running?"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::net
