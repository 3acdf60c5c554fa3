#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "net/asio.hpp"
#include "net/byte_budget.hpp"
#include "net/handler.hpp"
#include "net/limits.hpp"
#include "net/outgoing.hpp"
#include "net/request_head.hpp"
#include "net/response_head.hpp"
#include "net/router.hpp"
#include "net/shares.hpp"

namespace pilotlight::net {

constexpr ByteCount small_body = 16 * 1024;  ///< below it a body is not counted against a budget

/// {"error": message}, without its control characters.
std::string error_body(std::string_view message);

/// What all connections of a server share; outlives them.
struct Shared {
  Shared(const Limits& given, std::vector<Route> routes)
      : limits(given),
        router(std::move(routes)),
        client_bodies(given.client_bodies_max),
        worker_bodies(given.worker_bodies_max),
        shares(given.share_bytes_max, given.share_calls_max) {}

  /// Lets go of the sessions that wait for memory or for a call. Call it when all threads have ended and no
  /// context has: a session that ends with its context would grant its memory to one whose context is gone.
  void forget_waiting() {
    client_bodies.forget_waiting();
    worker_bodies.forget_waiting();
    shares.forget_waiting();
  }

  const Limits limits;
  const Router router;
  ByteBudget client_bodies;
  ByteBudget worker_bodies;
  Shares shares;
};

/// One connection: requests one after another, each read, handled and answered before the next. Lives on one
/// thread; owned by its own coroutine.
class Session final : public Exchange, public std::enable_shared_from_this<Session> {
 public:
  using SteadyClock = std::chrono::steady_clock;
  /// `sessions` is the thread's list, in which this session stands while it runs.
  Session(Socket socket, Shared& shared, unsigned thread, std::list<Session*>& sessions);
  ~Session() override;

  /// Runs the connection to its end.
  static awaitable<> run(std::shared_ptr<Session> self);

  /// The coarse clock's tick: ends the connection if its time is over.
  void tick(SteadyClock::time_point now);
  /// Ends it now if it is between requests, else after the present one. One that has had no request may have
  /// its first, unless `new_ones`.
  void finish_soon(bool new_ones);

  Executor executor() override { return socket_.get_executor(); }
  unsigned thread() override { return thread_; }
  void on_hangup(std::function<void()> action) override;
  bool ending() const override { return finishing_; }

 private:
  enum class Phase : std::uint8_t { idle, header, body, waiting, handler, writing };

  awaitable<> serve();
  bool receive();
  awaitable<bool> read_some();
  /// The next head if it is there; neither head nor status while bytes are missing.
  HeadResult next_head();
  void forget(std::size_t bytes);
  awaitable<> exchange(RequestHead head);
  awaitable<> no_route(const RequestHead& head, const Router::Match& match);
  /// True: the route does not want this caller, who was told so.
  awaitable<bool> turned_away(const RequestHead& head, const Route& route);
  std::shared_ptr<Share> share_of(const Request& request, const Route& route) const;
  /// A small body that came with its head, or none at all: nothing has to be waited for.
  bool take_buffered_body(RequestHead& head);
  awaitable<bool> read_body(RequestHead& head, const Route& route, const std::shared_ptr<Share>& share);
  awaitable<bool> read_sized(RequestHead& head, std::string& text);
  awaitable<bool> read_chunked(RequestHead& head, const Route& route, std::string* text);
  /// Puts the unpacked body in the place of the gzip body `text`; false: it is damaged, and the peer was
  /// told.
  awaitable<bool> unpack(RequestHead& head, const Route& route, std::string& text);
  awaitable<bool> discard(ByteCount bytes);
  awaitable<bool> acquire(ByteBudget& budget, ByteCount charge);
  awaitable<bool> write_parts(Response& response, Framing framing, bool keep_alive);
  awaitable<bool> write(Outgoing& out);
  awaitable<bool> write(Response& response, bool head_only, bool keep_alive);
  awaitable<> write_error(int status, std::string message);
  /// The same in the route's words.
  awaitable<> write_misread(const Route& route, int status, std::string message);
  awaitable<> write_last(Response response);
  awaitable<> linger();
  void enter(Phase phase);
  void watch();
  void expire();

  Socket socket_;
  Shared& shared_;
  const unsigned thread_;
  std::list<Session*>& sessions_;
  std::list<Session*>::iterator place_;
  std::string buffer_;        ///< received and not yet understood
  std::size_t searched_ = 0;  ///< bytes of buffer_ that hold no end of a head
  Phase phase_ = Phase::idle;
  SteadyClock::time_point deadline_{};
  ByteCount window_bytes_ = 0;
  const ByteBudget* reading_from_ = nullptr;  ///< budget of the body that is being read
  bool open_ = true;
  bool finishing_ = false;
  bool used_ = false;  ///< it has had a request
  bool watching_ = false;
  bool hung_up_ = false;
  std::function<void()> hangup_;
};

}  // namespace pilotlight::net
