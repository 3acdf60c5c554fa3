#include "service/context.hpp"

#include <boost/asio/redirect_error.hpp>

namespace pilotlight::service {

awaitable<> detail::run_elsewhere(Hand hand, Context& context, Exchange& exchange,
                                  std::function<void()> work) {
  const unsigned thread = exchange.thread();
  auto initiation = [hand, &context, thread, &work](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    (context.engine.*hand)([&context, thread, shared, work = std::move(work)] {
      work();
      context.post(thread, [shared] { std::move (*shared)(); });
    });
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<net::Executor>, void()>(
      initiation, net::use_awaitable);
}

awaitable<> pause(Exchange& exchange, std::chrono::milliseconds time) {
  net::Timer timer(exchange.executor(), time);
  boost::system::error_code ignored;
  co_await timer.async_wait(boost::asio::redirect_error(net::use_awaitable, ignored));
}

Result<void> accepts_jobs(Context& context) {
  Result<void> accepted = context.store.accepts_jobs();
  if (!accepted) return refusal(Errc::unavailable, accepted.error().message);
  return accepted;
}

Result<void> room_for(Context& context, Write write) {
  const Result<void> commits = context.store.can_commit();
  if (!commits) return refusal(Errc::unavailable, "nothing was saved: " + commits.error().message);
  if (write == Write::changes || context.store.accepts_jobs()) return {};
  return refusal(
      Errc::unavailable,
      "nothing was saved: the disk has no space for anything new; what is there can be changed and "
      "removed. Free some space and try again");
}

}  // namespace pilotlight::service
