#include "keeper/wire/client.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include "base/log.hpp"

namespace pilotlight::keeper {
namespace {

constexpr int welcome_wait_ms = 5000;

template <class F, class... Args>
void call(const F& function, Args&&... args) {
  if (function) function(std::forward<Args>(args)...);
}

}  // namespace

Result<std::unique_ptr<KeeperClient>> KeeperClient::connect(Channel channel) {
  Fd wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!wake) return os_error("eventfd");
  auto client = std::unique_ptr<KeeperClient>(new KeeperClient(std::move(channel), std::move(wake)));
  if (auto greeted = client->greet(); !greeted) return greeted.error();
  return client;
}

Result<void> KeeperClient::greet() {
  const Error failed{Errc::io, "the keeper does not answer"};
  if (channel_.send(encode(ToKeeper{Hello{}})) != SendState::sent) return failed;
  pollfd answer{channel_.fd(), POLLIN, 0};
  if (::poll(&answer, 1, welcome_wait_ms) != 1) return failed;
  Packet packet;
  if (channel_.receive(packet) != ReceiveState::packet) return failed;
  const auto message = decode<ToServer>(packet.bytes);
  const Welcome* welcome = message ? std::get_if<Welcome>(&*message) : nullptr;
  if (welcome == nullptr || welcome->version < 1)
    return refusal(Errc::corrupt, "the keeper speaks a protocol that this server does not know");
  welcome_ = *welcome;
  return {};
}

KeeperClient::~KeeperClient() {
  stopping_ = true;
  ::eventfd_write(wake_.get(), 1);
  if (reader_.joinable()) reader_.join();
}

void KeeperClient::begin(Handlers handlers) {
  handlers_ = std::move(handlers);
  reader_ = std::thread([this] { read_loop(); });
}

void KeeperClient::send(const ToKeeper& message, std::vector<Fd> attachments) {
  std::string bytes = encode(message);
  const std::lock_guard lock(unsent_mutex_);
  if (unsent_.empty() && channel_.send(bytes, attachments) != SendState::full) return;
  unsent_.push_back({std::move(bytes), std::move(attachments)});
  ::eventfd_write(wake_.get(), 1);
}

void KeeperClient::read_output(WorkerId worker, Timestamp asked) {
  if (welcome_.version >= output_version) return send(ReadOutput{worker, asked});
  call(reports_.output, worker, asked, std::vector<OutputLine>{});
}

bool KeeperClient::flush() {
  const std::lock_guard lock(unsent_mutex_);
  while (!unsent_.empty()) {
    if (channel_.send(unsent_.front().bytes, unsent_.front().attachments) == SendState::full) return false;
    unsent_.pop_front();
  }
  return true;
}

void KeeperClient::read_loop() {
  while (!stopping_) {
    const bool all_sent = flush();
    pollfd fds[2] = {{channel_.fd(), static_cast<short>(all_sent ? POLLIN : POLLIN | POLLOUT), 0},
                     {wake_.get(), POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0 && errno != EINTR) break;
    eventfd_t count = 0;
    ::eventfd_read(wake_.get(), &count);
    if (receive_all()) continue;
    if (!handlers_.gone) ::_exit(1);
    return handlers_.gone();
  }
}

bool KeeperClient::receive_all() {
  Packet packet;
  while (!stopping_) {
    const ReceiveState state = channel_.receive(packet);
    if (state != ReceiveState::packet) return state == ReceiveState::empty;
    auto message = decode<ToServer>(packet.bytes);
    if (message)
      handle(std::move(*message));
    else
      log::error("server.bad_packet_from_keeper bytes={}", packet.bytes.size());
  }
  return true;
}

void KeeperClient::handle(ToServer message) {
  struct Handler {
    KeeperClient& client;
    RuntimeReports& reports;
    Handlers& handlers;

    void operator()(Welcome&) {}
    void operator()(Started& started) { call(reports.started, started.worker); }
    void operator()(Exited& exited) {
      Output output = std::exchange(client.of_next_exit_, {});
      if (output.worker != exited.worker) output.lines.clear();
      call(reports.exited, exited.worker, exited.exit_code, exited.signal, std::move(exited.detail),
           std::move(output.lines));
    }
    void operator()(Listed& part) {
      auto& all = client.listed_;
      all.insert(all.end(), part.workers.begin(), part.workers.end());
      if (part.last) call(reports.listed, std::exchange(all, {}));
    }
    void operator()(Drain& drain) { call(handlers.drain, drain.grace); }
    void operator()(EndNow&) { call(handlers.end_now); }
    void operator()(Output& output) {
      if (output.asked == Timestamp{})
        client.of_next_exit_ = std::move(output);
      else
        call(reports.output, output.worker, output.asked, std::move(output.lines));
    }
  };
  std::visit(Handler{*this, reports_, handlers_}, message);
}

}  // namespace pilotlight::keeper
