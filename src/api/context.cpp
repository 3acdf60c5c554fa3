#include "api/context.hpp"

#include <boost/asio/redirect_error.hpp>

namespace pilotlight::api {

net::awaitable<> run_on_files_thread(Context& context, net::Exchange& exchange, std::function<void()> work) {
  const unsigned thread = exchange.thread();
  auto initiation = [&context, thread, &work](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    context.engine.on_files_thread([&context, thread, shared, work = std::move(work)] {
      work();
      context.post(thread, [shared] { std::move (*shared)(); });
    });
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<net::Executor>, void()>(
      initiation, net::use_awaitable);
}

net::awaitable<> pause(net::Exchange& exchange, std::chrono::milliseconds time) {
  net::Timer timer(exchange.executor(), time);
  boost::system::error_code ignored;
  co_await timer.async_wait(boost::asio::redirect_error(net::use_awaitable, ignored));
}

}  // namespace pilotlight::api
