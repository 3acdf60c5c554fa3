// Request bodies: their memory, and how they are read.
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "net/chunked_decoder.hpp"
#include "net/gunzip.hpp"
#include "net/session.hpp"

namespace pilotlight::net {
namespace {

using boost::system::error_code;

constexpr ByteCount discarded_at_a_time = 64 * 1024;

/// A body that gives its bytes back to a budget when the last reference goes.
struct HeldBody {
  std::string text;
  ByteBudget* budget = nullptr;
  ByteCount charge = 0;
  std::shared_ptr<Share> share;
  ByteCount share_charge = 0;

  ~HeldBody() {
    if (budget != nullptr) budget->give_back(charge);
    if (share_charge > 0) share->bytes.give_back(share_charge);
  }

  /// Gives back what the text does not take.
  void settle() {
    const ByteCount taken = text.capacity();
    if (budget != nullptr && charge > taken) budget->give_back(std::exchange(charge, taken) - taken);
    if (share_charge > taken) share->bytes.give_back(std::exchange(share_charge, taken) - taken);
  }
};

/// The memory that a body may take while it is read.
ByteCount size_bound(const RequestHead& head, const Route& route) {
  const ByteCount sent = head.chunked ? route.body_max : head.content_length;
  return head.gzip ? sent + route.body_max : sent;
}

}  // namespace

bool Session::take_buffered_body(RequestHead& head) {
  if (head.chunked) return false;
  if (head.content_length == 0) return true;
  if (head.gzip || head.request.over_limit ||
      head.content_length > std::min<ByteCount>(buffer_.size(), small_body))
    return false;
  const auto size = static_cast<std::size_t>(head.content_length);
  head.request.body = copy_body(std::string_view(buffer_).substr(0, size));
  forget(size);
  return true;
}

awaitable<bool> Session::read_body(RequestHead& head, const Route& route,
                                   const std::shared_ptr<Share>& share) {
  if (head.expects_continue) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code error;
    co_await asio::async_write(socket_, asio::buffer(go_on.data(), go_on.size()),
                               asio::redirect_error(use_awaitable, error));
  }
  if (head.request.over_limit) {
    enter(Phase::body);
    const bool gone = co_await discard(head.content_length);
    co_return gone;
  }
  ByteBudget& budget = route.budget == Budget::client ? shared_.client_bodies : shared_.worker_bodies;
  const ByteCount size = size_bound(head, route);
  auto held = std::make_shared<HeldBody>();
  if (size > small_body) {
    if (share) {
      const ByteCount share_charge = share->bytes.charge(size);
      co_await acquire(share->bytes, share_charge);
      held->share = share;
      held->share_charge = share_charge;
    }
    const ByteCount charge = budget.charge(size);
    const bool granted = co_await acquire(budget, charge);
    held->budget = &budget;
    held->charge = charge;
    if (!granted) co_return false;
  }
  enter(Phase::body);
  reading_from_ = held->budget;
  bool complete = false;
  if (head.chunked)
    complete = co_await read_chunked(head, route, &held->text);
  else
    complete = co_await read_sized(head, held->text);
  reading_from_ = nullptr;
  if (complete && head.gzip && !held->text.empty()) complete = co_await unpack(head, route, held->text);
  held->settle();
  if (complete && !head.request.over_limit) head.request.body = Body(held, &held->text);
  co_return complete;
}

awaitable<bool> Session::read_sized(RequestHead& head, std::string& text) {
  const auto size = static_cast<std::size_t>(head.content_length);
  text.reserve(size + body_padding);
  const std::size_t have = std::min(size, buffer_.size());
  text.append(buffer_, 0, have);
  forget(have);
  text.resize(size);
  std::size_t done = have;
  while (done < size) {
    error_code error;
    const std::size_t n = co_await socket_.async_read_some(asio::buffer(text.data() + done, size - done),
                                                           asio::redirect_error(use_awaitable, error));
    if (error || !open_) co_return false;
    done += n;
    window_bytes_ += n;
  }
  co_return true;
}

awaitable<bool> Session::read_chunked(RequestHead& head, const Route& route, std::string* text) {
  ChunkedDecoder decoder;
  text->reserve(body_padding);
  for (;;) {
    std::string_view rest = buffer_;
    const auto state = decoder.feed(rest, head.request.over_limit ? nullptr : text);
    buffer_.erase(0, buffer_.size() - rest.size());
    head.request.body_bytes = decoder.bytes();
    if (state == ChunkedDecoder::State::malformed) {
      std::string message = "malformed chunked body";
      co_await write_misread(route, 400, std::move(message));
      co_return false;
    }
    if (!head.request.over_limit && decoder.bytes() > route.body_max) {
      head.request.over_limit = true;
      *text = std::string();
      if (route.over_limit == OverLimit::refuse) co_return true;
    }
    if (state == ChunkedDecoder::State::done) {
      text->reserve(text->size() + body_padding);
      co_return true;
    }
    const bool more = co_await read_some();
    if (!more) co_return false;
  }
}

awaitable<bool> Session::unpack(RequestHead& head, const Route& route, std::string& text) {
  enter(Phase::waiting);
  Gunzip gunzip(text, route.body_max);
  Gunzip::State state = gunzip.step();
  while (state == Gunzip::State::more && open_) {
    // The thread's other connections go first.
    co_await asio::post(socket_.get_executor(), use_awaitable);
    state = gunzip.step();
  }
  head.request.body_bytes = gunzip.text().size();
  head.request.over_limit = state == Gunzip::State::over_limit;
  text = head.request.over_limit ? std::string() : std::move(gunzip.text());
  text.reserve(text.size() + body_padding);
  if (state != Gunzip::State::damaged) co_return open_;
  std::string message = "the gzip body is damaged or cut off, or something follows it";
  co_await write_misread(route, 400, std::move(message));
  co_return false;
}

awaitable<bool> Session::discard(ByteCount bytes) {
  const ByteCount have = std::min<ByteCount>(bytes, buffer_.size());
  buffer_.erase(0, static_cast<std::size_t>(have));
  bytes -= have;
  std::string sink(static_cast<std::size_t>(std::min(bytes, discarded_at_a_time)), '\0');
  while (bytes > 0) {
    error_code error;
    const auto want = static_cast<std::size_t>(std::min<ByteCount>(bytes, sink.size()));
    const std::size_t n = co_await socket_.async_read_some(asio::buffer(sink.data(), want),
                                                           asio::redirect_error(use_awaitable, error));
    if (error || !open_) co_return false;
    bytes -= n;
    window_bytes_ += n;
  }
  co_return true;
}

awaitable<bool> Session::acquire(ByteBudget& budget, ByteCount charge) {
  enter(Phase::waiting);
  Timer turn(socket_.get_executor(), SteadyClock::time_point::max());
  auto granted = std::make_shared<bool>(false);
  const Executor executor = socket_.get_executor();
  // The timer outlives the wait: this coroutine does not go on before `granted`, which only the grant sets.
  Timer* const timer = &turn;
  // Whoever grants is on another thread: it hands its share of us over, for we may end on our own only.
  const bool at_once =
      budget.acquire(charge, [executor, granted, timer, self = shared_from_this()]() mutable {
        asio::post(executor, [granted, timer, self = std::move(self)] {
          *granted = true;
          timer->cancel();
        });
      });
  while (!at_once && !*granted) {
    error_code ignored;
    co_await turn.async_wait(asio::redirect_error(use_awaitable, ignored));
  }
  co_return open_;
}

/// Reads away what the peer is still sending, so that closing does not reset the connection under the answer.
awaitable<> Session::linger() {
  open_ = true;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  enter(Phase::body);
  buffer_ = std::string();
  co_await discard(shared_.limits.linger_max);
  open_ = false;
}

}  // namespace pilotlight::net
