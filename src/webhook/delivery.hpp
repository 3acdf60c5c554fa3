#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/asio.hpp"
#include "webhook/lookups.hpp"
#include "webhook/sender.hpp"
#include "webhook/target.hpp"

namespace pilotlight::webhook {

/// What all deliveries of a sender share; outlives them.
class Surroundings {
 public:
  Surroundings(std::shared_ptr<net::asio::io_context> context, SenderOptions given);

  /// Trusts the machine's authorities. The first call reads them, which takes tens of milliseconds: a server
  /// must not wait for it when it starts. On the sender's thread.
  net::asio::ssl::context& tls();

  const SenderOptions options;
  net::Executor executor;
  Lookups lookups;

 private:
  std::optional<net::asio::ssl::context> tls_;
};

/// One Post on its way: name, connection, TLS, request, answer. The request is written by a coroutine of its
/// own, so that an answer that comes early is read. Lives on the sender's thread, owned by its coroutines.
class Delivery final : public Lookups::Waiter, public std::enable_shared_from_this<Delivery> {
 public:
  Delivery(Surroundings& surroundings, Post post);

  /// Runs it to its end.
  static net::awaitable<Outcome> run(std::shared_ptr<Delivery> self);
  /// Ends it soon; without a status if there is none yet.
  void interrupt(std::string reason);

  void resolved(const Result<Addresses>& found) override;

 private:
  using SteadyClock = std::chrono::steady_clock;
  using TlsStream = net::asio::ssl::stream<net::Socket&>;

  net::awaitable<> deliver();
  net::awaitable<bool> resolve();
  bool is_allowed(const net::asio::ip::address& address) const;
  /// Takes those that may be connected to; false: there are none.
  bool choose(const Addresses& found);
  net::awaitable<bool> connect();
  net::awaitable<bool> handshake();
  net::awaitable<std::string> request_head();
  template <class Stream>
  net::awaitable<> exchange(Stream& stream, std::string head);
  template <class Stream>
  static net::awaitable<> write(std::shared_ptr<Delivery> self, Stream& stream, std::string head);
  template <class Stream>
  net::awaitable<> read_answer(Stream& stream);

  std::string_view body() const { return post_.body ? std::string_view(*post_.body) : std::string_view(); }
  void fail(std::string detail);
  /// Closes the socket at `when`, or at the deadline if that is earlier.
  void watch(SteadyClock::time_point when);
  void expire();
  void close();

  Surroundings& surroundings_;
  const Post post_;
  const SteadyClock::time_point deadline_;
  Target target_;
  net::Socket socket_;
  std::optional<TlsStream> tls_;
  net::Timer timer_;
  std::optional<Result<Addresses>> found_;
  Addresses addresses_;
  std::string interruption_;  ///< why it ends before it is done
  Outcome outcome_;
};

}  // namespace pilotlight::webhook
