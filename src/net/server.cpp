#include "net/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <list>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "net/session.hpp"

namespace pilotlight::net {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using boost::system::error_code;

constexpr std::chrono::milliseconds accept_pause{100};

/// One io thread and its connections. The context ends before the list, because ending it ends the
/// connections.
struct IoThread {
  IoThread() : context(1), guard(context.get_executor()) {}

  std::list<Session*> sessions;
  asio::io_context context;
  asio::executor_work_guard<Executor> guard;
  std::thread thread;
};

}  // namespace

struct Server::Parts {
  Parts(int fd, unsigned count, const Limits& given) : listening_fd(fd), limits(given) {
    for (unsigned i = 0; i < std::max(count, 1U); ++i) threads.push_back(std::make_unique<IoThread>());
  }

  static awaitable<> accept(Parts& parts);
  static awaitable<> tick(Parts& parts, IoThread& thread);
  void adopt(unsigned index, Socket socket);

  const int listening_fd;
  const Limits limits;
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> closing{false};
  std::optional<Shared> shared;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::optional<Acceptor> acceptor;
};

Server::Server(int listening_fd, unsigned threads, const Limits& limits)
    : parts_(std::make_unique<Parts>(listening_fd, threads, limits)) {}

Server::~Server() {
  stop();
}

unsigned Server::threads() const {
  return static_cast<unsigned>(parts_->threads.size());
}
std::size_t Server::connections() const {
  return parts_->connections.load();
}

void Server::post(unsigned thread, std::function<void()> work) {
  asio::post(parts_->threads[thread]->context, std::move(work));
}

void Server::post_after(unsigned thread, std::chrono::milliseconds delay, std::function<void()> work) {
  post(thread, [context = &parts_->threads[thread]->context, delay, work = std::move(work)] {
    auto timer = std::make_shared<Timer>(context->get_executor(), delay);
    timer->async_wait([timer, work](error_code error) {
      if (!error) work();
    });
  });
}

void Server::start(std::vector<Route> routes) {
  Parts& p = *parts_;
  p.shared.emplace(p.limits, std::move(routes));
  IoThread& first = *p.threads.front();
  p.acceptor.emplace(first.context.get_executor(), asio::ip::tcp::v4(), p.listening_fd);
  error_code ignored;
  p.acceptor->non_blocking(true, ignored);
  asio::co_spawn(first.context.get_executor(), Parts::accept(p), asio::detached);
  for (auto& thread : p.threads) {
    asio::co_spawn(thread->context.get_executor(), Parts::tick(p, *thread), asio::detached);
    thread->thread = std::thread([io = thread.get()] { io->context.run(); });
  }
}

awaitable<> Server::Parts::accept(Parts& parts) {
  unsigned next = 0;
  Timer pause(parts.threads.front()->context.get_executor());
  while (!parts.closing) {
    const unsigned index = next++ % static_cast<unsigned>(parts.threads.size());
    error_code error;
    Socket socket(parts.threads[index]->context.get_executor());
    co_await parts.acceptor->async_accept(socket, asio::redirect_error(use_awaitable, error));
    if (error == asio::error::operation_aborted) break;
    if (error || parts.connections >= parts.limits.connections_max) {
      // Out of descriptors or connections: whoever waits stays in the backlog for a moment.
      error_code ignored;
      socket.close(ignored);
      pause.expires_after(accept_pause);
      co_await pause.async_wait(asio::redirect_error(use_awaitable, ignored));
      continue;
    }
    parts.adopt(index, std::move(socket));
  }
}

void Server::Parts::adopt(unsigned index, Socket socket) {
  ++connections;
  asio::post(threads[index]->context, [this, index, socket = std::move(socket)]() mutable {
    IoThread& thread = *threads[index];
    const std::shared_ptr<Session> session(new Session(std::move(socket), *shared, index, thread.sessions),
                                           [this](Session* s) {
                                             delete s;
                                             --connections;
                                           });
    asio::co_spawn(thread.context.get_executor(), Session::run(session), asio::detached);
  });
}

awaitable<> Server::Parts::tick(Parts& parts, IoThread& thread) {
  Timer timer(thread.context.get_executor());
  for (;;) {
    timer.expires_after(parts.limits.tick);
    error_code error;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
    if (error) co_return;
    const auto now = Session::SteadyClock::now();
    for (Session* session : thread.sessions) session->tick(now);
  }
}

void Server::close_doors() {
  Parts& p = *parts_;
  p.closing = true;
  post(0, [&p] {
    error_code ignored;
    if (p.acceptor) p.acceptor->cancel(ignored);
  });
  finish_sessions(false);
}

void Server::close_new() {
  finish_sessions(true);
}

void Server::finish_sessions(bool new_ones) {
  for (unsigned i = 0; i < parts_->threads.size(); ++i)
    post(i, [io = parts_->threads[i].get(), new_ones] {
      for (Session* session : io->sessions) session->finish_soon(new_ones);
    });
}

void Server::stop() {
  Parts& p = *parts_;
  p.closing = true;
  for (auto& thread : p.threads) thread->context.stop();
  for (auto& thread : p.threads)
    if (thread->thread.joinable()) thread->thread.join();
  if (p.shared) p.shared->forget_waiting();
}

int listen_on(const std::string& address, std::uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  const int fd = ::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const bool parsed = six ? ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1
                          : ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1;
  const auto* where = six ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  if (!parsed) errno = EINVAL;
  if (!parsed || ::bind(fd, where, six ? sizeof v6 : sizeof v4) != 0 || ::listen(fd, 4096) != 0) {
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
  }
  return fd;
}

std::uint16_t port_of(int listening_fd) {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  if (::getsockname(listening_fd, reinterpret_cast<sockaddr*>(&where), &size) != 0) return 0;
  return ntohs(where.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(where).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(where).sin_port);
}

}  // namespace pilotlight::net
