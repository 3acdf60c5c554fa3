#include "webhook/sender.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <list>
#include <thread>

#include "base/assert.hpp"
#include "webhook/delivery.hpp"

namespace pilotlight::webhook {
namespace {

namespace asio = net::asio;

using Done = std::function<void(Outcome)>;

constexpr const char* shutting_down = "the server is shutting down";

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

/// Everything but construction and `send` happens on the thread.
struct Sender::Parts {
  explicit Parts(SenderOptions options)
      : context(std::make_shared<asio::io_context>(1)),
        guard(context->get_executor()),
        surroundings(context, std::move(options)),
        thread([io = context.get()] { io->run(); }) {}

  void start(Post post, Done done);
  static net::awaitable<> run(Parts* parts, std::shared_ptr<Delivery> delivery,
                              std::list<Delivery*>::iterator place, Done done);
  void stop();

  const std::shared_ptr<asio::io_context> context;  // lookups that cannot be ended hold it, too
  asio::executor_work_guard<net::Executor> guard;
  Surroundings surroundings;
  std::list<Delivery*> under_way;
  bool closing = false;
  std::thread thread;
};

Sender::Sender(SenderOptions options) : parts_(std::make_unique<Parts>(std::move(options))) {}

Sender::~Sender() {
  asio::post(*parts_->context, [parts = parts_.get()] { parts->stop(); });
  parts_->thread.join();
}

void Sender::send(Post post, Done done) {
  ASSERT(is_header_value(post.id));
  asio::post(*parts_->context,
             [parts = parts_.get(), post = std::move(post), done = std::move(done)]() mutable {
               parts->start(std::move(post), std::move(done));
             });
}

void Sender::Parts::start(Post post, Done done) {
  if (closing) {
    done({0, shutting_down});
    return;
  }
  auto delivery = std::make_shared<Delivery>(surroundings, std::move(post));
  const auto place = under_way.insert(under_way.end(), delivery.get());
  asio::co_spawn(context->get_executor(), run(this, std::move(delivery), place, std::move(done)),
                 asio::detached);
}

net::awaitable<> Sender::Parts::run(Parts* parts, std::shared_ptr<Delivery> delivery,
                                    std::list<Delivery*>::iterator place, Done done) {
  Outcome outcome = co_await Delivery::run(std::move(delivery));
  parts->under_way.erase(place);
  done(std::move(outcome));
}

void Sender::Parts::stop() {
  closing = true;
  guard.reset();
  for (Delivery* delivery : under_way) delivery->interrupt(shutting_down);
}

}  // namespace pilotlight::webhook
