// The least that a large structured input costs: bytes read into one buffer of the right size, one strict
// pass over the JSON, one file written and synced. Serves any number of connections, one after another
// request. Prints its port.
//   bench_body FOLDER
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <simdjson.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

namespace {

struct Upload {
  std::string bytes;
  std::size_t have = 0, body_at = 0, size = 0;
};

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// What of the request can be read now; true once it is whole.
bool receive(int fd, Upload& upload) {
  if (upload.size == 0) {
    upload.bytes.resize(4096);
    const ssize_t n = ::recv(fd, upload.bytes.data() + upload.have, 4096 - upload.have, 0);
    if (n <= 0) return false;
    upload.have += static_cast<std::size_t>(n);
    const std::size_t end = upload.bytes.find("\r\n\r\n"), length = upload.bytes.find("Content-Length: ");
    if (end == std::string::npos || length == std::string::npos) return false;
    upload.body_at = end + 4;
    upload.size = std::strtoul(upload.bytes.c_str() + length + 16, nullptr, 10);
    upload.bytes.reserve(upload.body_at + upload.size + simdjson::SIMDJSON_PADDING);
    upload.bytes.resize(upload.body_at + upload.size);
  }
  while (upload.have < upload.bytes.size()) {
    const ssize_t n = ::recv(fd, upload.bytes.data() + upload.have, upload.bytes.size() - upload.have, 0);
    if (n <= 0) return false;
    upload.have += static_cast<std::size_t>(n);
  }
  return true;
}

void store(const std::string& path, const char* data, std::size_t size) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size) || ::fdatasync(fd) != 0)
    die(path.c_str());
  ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof where;
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0), poller = ::epoll_create1(0);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&where), length) != 0 || ::listen(listener, 64) != 0)
    die("listen");
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&where), &length);
  std::printf("%d\n", ntohs(where.sin_port));
  std::fflush(stdout);
  const auto watch = [poller](int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
  };
  watch(listener);
  simdjson::dom::parser parser;
  std::map<int, Upload> uploads;
  for (long number = 0;;) {
    epoll_event event{};
    if (::epoll_wait(poller, &event, 1, -1) != 1) continue;
    const int fd = event.data.fd;
    if (fd == listener) {
      const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
      if (client >= 0) watch(client);
      continue;
    }
    Upload& upload = uploads[fd];
    if (!receive(fd, upload)) {
      char byte;
      if (::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
        uploads.erase(fd);
        ::close(fd);
      }
      continue;
    }
    const char* const body = upload.bytes.data() + upload.body_at;
    if (parser.parse(body, upload.size, false).error()) die("the body is not JSON");
    store(std::string(argv[1]) + "/" + std::to_string(++number), body, upload.size);
    constexpr char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    if (::send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) die("send");
    upload = Upload();
  }
}
