// Addresses of this machine that no range tells.
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "webhook/address_guard.hpp"
#include "webhook/testing/sender_fixture.hpp"

namespace pilotlight::webhook::testing {
namespace {

void configure(unsigned long what, ifreq request) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::ioctl(socket, what, &request), 0) << std::strerror(errno);
  ::close(socket);
}

ifreq request_to(const char* interface) {
  ifreq request{};
  std::strcpy(request.ifr_name, interface);
  return request;
}

ifreq with_address(const char* interface, const char* text) {
  ifreq request = request_to(interface);
  auto& address = reinterpret_cast<sockaddr_in&>(request.ifr_addr);
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, text, &address.sin_addr);
  return request;
}

/// Runs on a thread whose network, that of the threads it starts included, is a loopback interface and
/// nothing else. False: this process may not make one.
bool in_a_network_of_its_own(const std::function<void()>& test) {
  bool made = false;
  std::thread([&] {
    made = ::unshare(CLONE_NEWNET) == 0;
    if (!made) return;
    ifreq up = request_to("lo");
    up.ifr_flags = IFF_UP | IFF_RUNNING;
    configure(SIOCSIFFLAGS, up);
    test();
  }).join();
  return made;
}

TEST_F(SenderTest, connects_to_no_address_of_this_machine_of_whatever_range) {
  const bool made = in_a_network_of_its_own([this] {
    Recorder recorder;
    Receiver receiver(recorder.script(), nullptr, "0.0.0.0");
    options.allow_internal = false;
    EXPECT_TRUE(holds(send(receiver.url("/", "11.22.33.44")), "Network is unreachable"));
    configure(SIOCSIFADDR, with_address("lo:1", "11.22.33.44"));
    configure(SIOCSIFNETMASK, with_address("lo:1", "255.255.255.0"));
    configure(SIOCSIFADDR, with_address("lo:2", "11.22.33.45"));
    // The last one is on no interface, but a loopback interface has its whole network.
    for (const char* host :
         {"11.22.33.44", "11.22.33.45", "[::ffff:11.22.33.44]", "[64:ff9b::11.22.33.44]", "11.22.33.99"})
      EXPECT_TRUE(holds(send(receiver.url("/", host)), "the address is internal (")) << host;
    EXPECT_EQ(receiver.connections(), 0);
    sender.reset();
    options.allow_internal = true;
    EXPECT_EQ(send(receiver.url("/", "11.22.33.44")).status, 200);
    EXPECT_EQ(send(receiver.url("/", "11.22.33.99")).status, 200);
    sender.reset();
  });
  if (!made) GTEST_SKIP() << "only root may make a network namespace";
}

TEST(AddressGuard, asks_the_routing_table_for_addresses_of_this_machine) {
  EXPECT_TRUE(is_own(boost::asio::ip::make_address("127.0.0.1")));
  EXPECT_TRUE(is_own(boost::asio::ip::make_address("127.9.9.9")));
  EXPECT_TRUE(is_own(boost::asio::ip::make_address("::ffff:127.0.0.1")));
  EXPECT_FALSE(is_own(boost::asio::ip::make_address("8.8.8.8")));
  EXPECT_FALSE(is_own(boost::asio::ip::make_address("2606:4700:4700::1111")));
}

}  // namespace
}  // namespace pilotlight::webhook::testing
