#include "webhook/delivery.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "base/units.hpp"
#include "webhook/address_guard.hpp"
#include "webhook/excerpt.hpp"
#include "webhook/signature.hpp"

namespace pilotlight::webhook {
namespace {

using namespace literals;
using boost::system::error_code;
using net::awaitable;
using net::use_awaitable;
namespace asio = net::asio;
namespace http = boost::beast::http;

constexpr std::uint32_t header_max = 64_KiB;
constexpr std::size_t answer_body_max = 4_KiB;
constexpr seconds answer_body_wait{2};  // the status is known by then
constexpr int interim_answers_max = 8;
constexpr std::size_t signed_at_once = 1_MiB;  // about a millisecond of the thread that all deliveries share

std::string in_ms(milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

std::string internal_text(const asio::ip::address& address) {
  return "the address is internal (" + address.to_string() + "); the option webhook-internal allows it";
}

std::string no_answer(const error_code& error) {
  if (error == http::error::end_of_stream || error == asio::error::eof ||
      error == asio::ssl::error::stream_truncated || error == http::error::partial_message)
    return "the receiver closed the connection without a whole answer";
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return "the header of the answer is larger than " + std::to_string(header_max) + " bytes";
  if (error.category() == make_error_code(http::error::bad_version).category())
    return "the answer is not HTTP/1.1: " + error.message();
  return "the connection broke before the answer: " + error.message();
}

}  // namespace

Surroundings::Surroundings(std::shared_ptr<asio::io_context> context, SenderOptions given)
    : options(std::move(given)), executor(context->get_executor()), lookups(context, options.resolve) {}

asio::ssl::context& Surroundings::tls() {
  if (!tls_) {
    tls_.emplace(asio::ssl::context::tls_client);
    error_code ignored;  // without authorities every certificate is refused, which says enough
    tls_->set_default_verify_paths(ignored);
    tls_->set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
  }
  return *tls_;
}

Delivery::Delivery(Surroundings& surroundings, Post post)
    : surroundings_(surroundings),
      post_(std::move(post)),
      deadline_(SteadyClock::now() + surroundings.options.total_max),
      socket_(surroundings.executor),
      timer_(surroundings.executor) {}

awaitable<Outcome> Delivery::run(std::shared_ptr<Delivery> self) {
  try {
    co_await self->deliver();
  } catch (const std::exception& error) {
    self->fail(error.what());
  }
  self->close();
  Outcome& outcome = self->outcome_;
  if (outcome.status == 0 && !self->interruption_.empty()) outcome.detail = self->interruption_;
  outcome.detail = excerpt(outcome.detail, self->target_.secrets);
  co_return outcome;
}

void Delivery::interrupt(std::string reason) {
  if (interruption_.empty()) interruption_ = std::move(reason);
  close();
}

void Delivery::fail(std::string detail) {
  if (outcome_.status == 0 && outcome_.detail.empty()) outcome_.detail = std::move(detail);
}

void Delivery::close() {
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
}

void Delivery::watch(SteadyClock::time_point when) {
  timer_.expires_at(std::min(when, deadline_));
  timer_.async_wait([self = shared_from_this()](error_code error) {
    // One that was put off while its end was already in the queue comes without an error.
    if (!error && SteadyClock::now() >= self->timer_.expiry()) self->expire();
  });
}

void Delivery::expire() {
  if (SteadyClock::now() >= deadline_)
    interrupt("the receiver did not answer within " + in_ms(surroundings_.options.total_max));
  else
    close();
}

awaitable<> Delivery::deliver() {
  auto target = parse_target(post_.url);
  if (!target) {
    fail(std::move(target.error().message));
    co_return;
  }
  target_ = std::move(*target);
  if (!interruption_.empty() || !co_await resolve()) co_return;
  if (!co_await connect()) co_return;
  watch(deadline_);
  std::string head = co_await request_head();
  if (!target_.tls) {
    co_await exchange(socket_, std::move(head));
    co_return;
  }
  if (co_await handshake()) co_await exchange(*tls_, std::move(head));
}

awaitable<bool> Delivery::resolve() {
  const Addresses numeric = numeric_address(target_.host);
  if (!numeric.empty()) co_return choose(numeric);
  surroundings_.lookups.find(target_.host, weak_from_this());
  timer_.expires_at(deadline_);
  error_code ignored;
  co_await timer_.async_wait(asio::redirect_error(use_awaitable, ignored));
  if (!found_)
    fail("the name " + target_.host + " was not resolved within " + in_ms(surroundings_.options.total_max));
  else if (!*found_)
    fail("the name " + target_.host + " was not resolved: " + found_->error().message);
  else
    co_return choose(found_->value());
  co_return false;
}

void Delivery::resolved(const Result<Addresses>& found) {
  found_ = found;
  timer_.cancel();
}

bool Delivery::is_allowed(const asio::ip::address& address) const {
  return surroundings_.options.allow_internal || (!is_internal(address) && !is_own(address));
}

bool Delivery::choose(const Addresses& found) {
  for (const auto& address : found)
    if (is_allowed(address)) addresses_.push_back(address);
  if (found.empty())
    fail("the name " + target_.host + " has no address");
  else if (addresses_.empty())
    fail(internal_text(found.front()));
  return !addresses_.empty();
}

awaitable<bool> Delivery::connect() {
  std::string failures;
  for (const auto& address : addresses_) {
    if (!interruption_.empty()) break;
    error_code error;
    close();
    socket_.open(address.is_v6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), error);
    if (!error) {
      const asio::ip::tcp::endpoint endpoint(address, target_.port);
      const auto limit = SteadyClock::now() + surroundings_.options.connect_max;
      watch(limit);
      co_await socket_.async_connect(endpoint, asio::redirect_error(use_awaitable, error));
      // The address may have become one of this machine since it was chosen.
      if (!error && socket_.is_open() && !is_allowed(address)) {
        fail(internal_text(address));
        co_return false;
      }
      if (!error && socket_.is_open()) {
        socket_.set_option(asio::ip::tcp::no_delay(true), error);
        co_return true;
      }
      if (SteadyClock::now() >= limit) error = asio::error::timed_out;
    }
    failures +=
        (failures.empty() ? "cannot connect to " : ", ") + address.to_string() + ": " + error.message();
  }
  fail(std::move(failures));
  co_return false;
}

awaitable<bool> Delivery::handshake() {
  tls_.emplace(socket_, surroundings_.tls());
  SSL* const ssl = tls_->native_handle();
  std::string name = target_.host;
  if (name.ends_with('.')) name.pop_back();
  X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl);
  const Addresses numeric = numeric_address(name);
  if (numeric.empty()) {
    SSL_set_tlsext_host_name(ssl, name.c_str());
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(expected, name.c_str(), name.size());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(expected, numeric.front().to_string().c_str());
  }
  error_code error;
  co_await tls_->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(use_awaitable, error));
  if (!error) co_return true;
  const long verified = SSL_get_verify_result(ssl);
  if (verified != X509_V_OK)
    fail("the certificate of " + target_.host + " is refused: " + X509_verify_cert_error_string(verified));
  else
    fail("TLS with " + target_.host + " failed: " + error.message());
  co_return false;
}

awaitable<std::string> Delivery::request_head() {
  Signature signature(surroundings_.options.secret, post_.id, post_.timestamp);
  for (std::string_view rest = body(); !rest.empty();
       rest.remove_prefix(std::min(signed_at_once, rest.size()))) {
    signature.add(rest.substr(0, signed_at_once));
    if (rest.size() > signed_at_once) co_await asio::post(surroundings_.executor, use_awaitable);
  }
  std::string head = "POST " + target_.path_and_query + " HTTP/1.1\r\nHost: " + target_.host_header;
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append("\r\n").append(name).append(": ").append(value);
  };
  if (!surroundings_.options.user_agent.empty()) add("User-Agent", surroundings_.options.user_agent);
  if (!target_.authorization.empty()) add("Authorization", target_.authorization);
  add("Content-Type", "application/json");
  add("Content-Length", std::to_string(body().size()));
  add("Connection", "close");
  add("webhook-id", post_.id);
  add("webhook-timestamp", std::to_string(post_.timestamp));
  add("webhook-signature", signature.finish());
  head += "\r\n\r\n";
  co_return head;
}

template <class Stream>
awaitable<> Delivery::exchange(Stream& stream, std::string head) {
  asio::co_spawn(surroundings_.executor, write(shared_from_this(), stream, std::move(head)), asio::detached);
  co_await read_answer(stream);
}

template <class Stream>
awaitable<> Delivery::write(std::shared_ptr<Delivery> self, Stream& stream, std::string head) {
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(self->body())};
  error_code ignored;  // who reads the answer sees that the connection has ended
  co_await asio::async_write(stream, parts, asio::redirect_error(use_awaitable, ignored));
}

template <class Stream>
awaitable<> Delivery::read_answer(Stream& stream) {
  boost::beast::flat_buffer buffer(header_max + answer_body_max);
  for (int i = 0; i < interim_answers_max; ++i) {
    http::response_parser<http::buffer_body> parser;
    parser.header_limit(header_max);
    parser.body_limit(boost::none);
    error_code error;
    co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(use_awaitable, error));
    if (error) {
      fail(no_answer(error));
      co_return;
    }
    const int status = static_cast<int>(parser.get().result_int());
    if (status < 100) {
      fail("the answer is not HTTP/1.1: status " + std::to_string(status));
      co_return;
    }
    if (status < 200 && status != 101) continue;
    outcome_.status = status;
    watch(SteadyClock::now() + answer_body_wait);
    std::array<char, answer_body_max> bytes;
    parser.get().body() = {bytes.data(), bytes.size(), true};
    co_await http::async_read(stream, buffer, parser, asio::redirect_error(use_awaitable, error));
    if (status < 200 || status > 299)
      outcome_.detail.assign(bytes.data(), bytes.size() - parser.get().body().size);
    co_return;
  }
  fail("the receiver sent interim answers only");
}

}  // namespace pilotlight::webhook
