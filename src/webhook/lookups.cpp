#include "webhook/lookups.hpp"

#include <netdb.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <system_error>
#include <thread>

namespace pilotlight::webhook {
namespace {

namespace asio = net::asio;

Result<Addresses> ask_system(const std::string& name, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(name.c_str(), nullptr, &hints, &list);
  if (status != 0) return refusal(Errc::io, ::gai_strerror(status));
  Addresses addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<char*>(endpoint.data()));
    addresses.push_back(endpoint.address());
  }
  ::freeaddrinfo(list);
  return addresses;
}

}  // namespace

Result<Addresses> system_lookup(const std::string& name) {
  return ask_system(name, 0);
}

Addresses numeric_address(const std::string& text) {
  auto addresses = ask_system(text, AI_NUMERICHOST);
  return addresses ? std::move(*addresses) : Addresses();
}

Lookups::Lookups(std::shared_ptr<asio::io_context> context, Resolve resolve)
    : context_(std::move(context)), resolve_(std::move(resolve)), self_(std::make_shared<Lookups*>(this)) {}

Lookups::~Lookups() {
  *self_ = nullptr;
}

void Lookups::find(const std::string& name, std::weak_ptr<Waiter> waiter) {
  auto& waiters = asked_[name];
  waiters.push_back(std::move(waiter));
  if (waiters.size() > 1) return;
  if (running_ < at_once)
    start(name);
  else
    queue_.push_back(name);
}

void Lookups::start(const std::string& name) {
  ++running_;
  // Only values and what is shared go along: the system cannot be told to stop, so the thread may outlive
  // everything.
  auto look_up = [context = context_, resolve = resolve_, self = self_, name] {
    Result<Addresses> found = resolve(name);
    asio::post(*context, [self, name, found = std::move(found)] {
      if (*self != nullptr) (*self)->finish(name, found);
    });
  };
  try {
    std::thread(std::move(look_up)).detach();
  } catch (const std::system_error& error) {
    const Result<Addresses> none = refusal(Errc::unavailable, error.what());
    asio::post(*context_, [self = self_, name, none] {
      if (*self != nullptr) (*self)->finish(name, none);
    });
  }
}

void Lookups::finish(const std::string& name, const Result<Addresses>& found) {
  --running_;
  const auto waiters = std::move(asked_.extract(name).mapped());
  for (const auto& weak : waiters)
    if (const auto waiter = weak.lock()) waiter->resolved(found);
  while (running_ < at_once && !queue_.empty()) {
    const std::string next = std::move(queue_.front());
    queue_.pop_front();
    const auto& waiting = asked_[next];
    if (std::all_of(waiting.begin(), waiting.end(), [](const auto& waiter) { return waiter.expired(); }))
      asked_.erase(next);
    else
      start(next);
  }
}

}  // namespace pilotlight::webhook
