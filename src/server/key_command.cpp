#include "server/key_command.hpp"

#include <fmt/core.h>

#include "base/assert.hpp"

namespace pilotlight::server {
namespace {

/// The text for standard output.
Result<std::string> carry_out(const KeyRequest& request, const cli::ServerAddress& server) {
  switch (request.action) {
    case KeyRequest::Action::create: {
      const auto key = cli::create_key(server, request.wanted);
      if (!key) return key.error();
      return *key + "\n";
    }
    case KeyRequest::Action::list: return cli::list_keys(server);
    case KeyRequest::Action::revoke: {
      const auto revoked = cli::revoke_key(server, request.id);
      if (!revoked) return revoked.error();
      return std::string();
    }
  }
  UNREACHABLE();
}

}  // namespace

int run_key_command(const KeyRequest& request) {
  const auto explain = [](const Error& error) {
    fmt::print(stderr, "pilotlight: {}\n", error.message);
    return 1;
  };
  cli::ServerAddress server = request.server;
  if (const auto filled = cli::fill_from_folder(server, request.data); !filled)
    return explain(filled.error());
  const auto text = carry_out(request, server);
  if (!text) return explain(text.error());
  fmt::print("{}", *text);
  return 0;
}

}  // namespace pilotlight::server
