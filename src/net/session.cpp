#include "net/session.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <charconv>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "net/outgoing.hpp"

namespace pilotlight::net {
namespace {

using boost::system::error_code;

constexpr std::size_t read_size = 64 * 1024;

/// A part of a body as it goes over the wire; nullopt is the body's end.
void append_part(std::string& text, const std::optional<std::string>& part, Framing framing) {
  if (framing == Framing::chunks) {
    char size[16];
    const auto end = std::to_chars(size, size + sizeof size, part ? part->size() : 0, 16).ptr;
    text.append(size, end).append("\r\n");
  }
  if (part) text += *part;
  if (framing == Framing::chunks) text += "\r\n";
}

}  // namespace

Session::Session(Socket socket, Shared& shared, unsigned thread, std::list<Session*>& sessions)
    : socket_(std::move(socket)),
      shared_(shared),
      thread_(thread),
      sessions_(sessions),
      place_(sessions.insert(sessions.end(), this)) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Session::~Session() {
  sessions_.erase(place_);
}

awaitable<> Session::run(std::shared_ptr<Session> self) {
  try {
    co_await self->serve();
  } catch (const std::exception& error) {
    log::error("connection_failed reason=\"{}\"", error.what());
  }
  error_code ignored;
  self->socket_.close(ignored);
}

awaitable<> Session::serve() {
  while (open_ && !(finishing_ && used_)) {
    HeadResult next = next_head();
    if (next.head) {
      used_ = true;
      co_await exchange(std::move(*next.head));
    } else if (next.problem.status != 0) {
      co_await write_error(next.problem.status, std::move(next.problem.message));
    } else {
      if (phase_ != Phase::header) enter(buffer_.empty() ? Phase::idle : Phase::header);
      const bool more = co_await read_some();
      if (!more) co_return;
      if (phase_ != Phase::header) enter(Phase::header);
    }
  }
}

void Session::enter(Phase phase) {
  phase_ = phase;
  const auto now = SteadyClock::now();
  const Limits& limits = shared_.limits;
  switch (phase) {
    case Phase::idle: deadline_ = now + limits.idle; break;
    case Phase::header: deadline_ = now + limits.header; break;
    case Phase::body:
      deadline_ = now + limits.body_window;
      window_bytes_ = 0;
      break;
    case Phase::waiting:
    case Phase::handler: deadline_ = SteadyClock::time_point::max(); break;
    case Phase::writing:
      deadline_ = now + limits.write_window;
      window_bytes_ = 0;
      break;
  }
}

void Session::tick(SteadyClock::time_point now) {
  if (now < deadline_) return;
  const Limits& limits = shared_.limits;
  const bool contended = reading_from_ != nullptr && reading_from_->contended();
  const ByteCount read_least = contended ? limits.contended_window_bytes : limits.body_window_bytes;
  const bool moves = (phase_ == Phase::body && window_bytes_ >= read_least) ||
                     (phase_ == Phase::writing && window_bytes_ >= limits.write_window_bytes);
  moves ? enter(phase_) : expire();
}

void Session::expire() {
  open_ = false;
  error_code ignored;
  socket_.cancel(ignored);
}

void Session::finish_soon(bool new_ones) {
  finishing_ = true;
  if (phase_ == Phase::idle && (used_ || new_ones)) expire();
}

bool Session::receive() {
  thread_local std::array<char, read_size> scratch;
  const ssize_t n = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT);
  if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  buffer_.append(scratch.data(), static_cast<std::size_t>(n));
  window_bytes_ += static_cast<ByteCount>(n);
  return n > 0;
}

awaitable<bool> Session::read_some() {
  // Waiting needs no buffer, and the bytes go through one that all connections of the thread share: an idle
  // connection owns next to nothing.
  error_code error;
  co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_awaitable, error));
  co_return !error && open_ && receive();
}

HeadResult Session::next_head() {
  while (buffer_.starts_with("\r\n")) {
    buffer_.erase(0, 2);
    searched_ = 0;
  }
  const std::size_t end = buffer_.find("\r\n\r\n", searched_ < 3 ? 0 : searched_ - 3);
  if (end != std::string::npos && end + 4 <= shared_.limits.header_max) {
    HeadResult result = parse_head(std::string_view(buffer_).substr(0, end + 4));
    forget(end + 4);
    searched_ = 0;
    return result;
  }
  if (buffer_.size() > shared_.limits.header_max)
    return {std::nullopt, {431, "the request's header is larger than this server accepts"}};
  searched_ = buffer_.size();
  return {std::nullopt, {0, {}}};
}

void Session::forget(std::size_t bytes) {
  buffer_.erase(0, bytes);
  if (buffer_.empty()) buffer_ = std::string();  // an idle or parked connection holds no buffer
}

awaitable<> Session::exchange(RequestHead head) {
  const Router::Match match = shared_.router.find(head.request.method, head.request.path);
  if (match.route == nullptr) {
    co_await no_route(head, match);
    co_return;
  }
  const Route& route = *match.route;
  if (route.admission && (head.chunked || head.gzip || head.content_length > small_body)) {
    const bool refused_early = co_await turned_away(head, route);
    if (refused_early) co_return;
  }
  head.request.body_bytes = head.content_length;
  head.request.over_limit = head.content_length > route.body_max;
  const bool unread = head.request.over_limit && route.over_limit == OverLimit::refuse;
  const std::shared_ptr<Share> share = unread ? nullptr : share_of(head.request, route);
  if (share && !share->calls.try_acquire(1)) co_await acquire(share->calls, 1);
  const Call call(share);
  if (!unread && !take_buffered_body(head)) {
    const bool complete = co_await read_body(head, route, share);
    open_ = open_ && complete;
    if (!complete) co_return;
  }
  const bool refused = head.request.over_limit && route.over_limit == OverLimit::refuse;
  const bool head_only = head.request.method == Method::head;
  const Framing parts_framing = head.knows_chunks ? Framing::chunks : Framing::close;
  const bool keep_alive = head.keep_alive && !refused;
  enter(Phase::handler);
  hung_up_ = false;
  Response response = co_await route.handler(std::move(head.request), *this);
  phase_ = Phase::waiting;
  hangup_ = {};
  bool stay = keep_alive && !response.close && !finishing_;
  bool written = false;
  if (open_ && !hung_up_ && response.parts) {
    stay = stay && parts_framing != Framing::close;
    written = co_await write_parts(response, parts_framing, stay);
  } else if (open_ && !hung_up_) {
    Outgoing out(response, head_only, stay);
    written = out.send_some(socket_.native_handle());
    if (written && !out.finished()) written = co_await write(out);
  }
  open_ = open_ && written && stay;
  if (response.after_write) response.after_write(written);
  if (refused) co_await linger();
}

/// The header goes with the first part. A body that the server's end cuts off stays without its end.
awaitable<bool> Session::write_parts(Response& response, Framing framing, bool keep_alive) {
  std::string text = response_head(response, framing, 0, keep_alive);
  for (bool more = true; more;) {
    enter(Phase::handler);
    const std::optional<std::string> part = co_await response.parts->next();
    phase_ = Phase::waiting;
    hangup_ = {};
    if (!open_ || hung_up_ || finishing_) co_return false;
    more = part.has_value();
    ASSERT(!part || !part->empty());
    append_part(text, part, framing);
    Outgoing out(std::exchange(text, {}));
    const bool written = co_await write(out);
    if (!written) co_return false;
  }
  co_return true;
}

awaitable<bool> Session::write(Outgoing& out) {
  enter(Phase::writing);
  for (;;) {
    const std::size_t before = out.sent();
    if (!out.send_some(socket_.native_handle())) co_return false;
    window_bytes_ += out.sent() - before;
    if (out.finished()) co_return open_;
    error_code error;
    if (out.blocked())
      co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_awaitable, error));
    else
      co_await asio::post(socket_.get_executor(), use_awaitable);
    if (error || !open_) co_return false;
  }
}

awaitable<bool> Session::write(Response& response, bool head_only, bool keep_alive) {
  Outgoing out(response, head_only, keep_alive);
  const bool written = co_await write(out);
  co_return written;
}

awaitable<> Session::write_error(int status, std::string message) {
  Response response;
  response.status = status;
  response.head = error_body(message);
  co_await write_last(std::move(response));
}

awaitable<> Session::write_misread(const Route& route, int status, std::string message) {
  if (route.misread == nullptr) return write_error(status, std::move(message));
  return write_last(route.misread(status, message));
}

awaitable<> Session::write_last(Response response) {
  Outgoing out(response, false, false);
  const bool written = co_await write(out);
  open_ = false;
  if (written) co_await linger();
}

void Session::on_hangup(std::function<void()> action) {
  hangup_ = std::move(action);
  if (hangup_ && !watching_) watch();
}

void Session::watch() {
  watching_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    self->watching_ = false;
    if (error || self->phase_ != Phase::handler) return;
    char byte;
    const ssize_t n = ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) return;  // the next request came early; the peer is there
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return self->watch();
    self->hung_up_ = true;
    const std::function<void()> action = std::move(self->hangup_);
    self->hangup_ = {};
    if (action) action();
  });
}

}  // namespace pilotlight::net
