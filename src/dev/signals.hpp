#pragma once

#include <signal.h>
#include <sys/signalfd.h>

#include <optional>

#include "base/fd.hpp"

namespace pilotlight::dev {

/// From its construction on, SIGINT, SIGTERM and SIGHUP do not end the process but are read here; one that
/// was ignored stays so (nohup, background jobs of scripts). SIGPIPE is ignored.
class StopSignals {
 public:
  StopSignals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      struct sigaction present {};
      if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler != SIG_IGN)
        ::sigaddset(&set, signal);
    }
    ::signal(SIGPIPE, SIG_IGN);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    file_ = Fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
  }

  int descriptor() const { return file_.get(); }

  /// The next one that came.
  std::optional<int> take() {
    signalfd_siginfo got{};
    if (::read(file_.get(), &got, sizeof got) != static_cast<ssize_t>(sizeof got)) return std::nullopt;
    return static_cast<int>(got.ssi_signo);
  }

 private:
  Fd file_;
};

}  // namespace pilotlight::dev
