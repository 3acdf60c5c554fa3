#pragma once

#include <boost/container/small_vector.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/asio.hpp"
#include "net/exchange.hpp"
#include "net/message.hpp"

namespace pilotlight::net {

/// Answers one request. Must return exactly one response, also after a hang-up (it is then dropped and
/// `after_write(false)` called). Must not throw.
using Handler = std::function<awaitable<Response>(Request, Exchange&)>;

/// A response body that is made while it is written. Called on the connection's thread.
class BodyParts {
 public:
  virtual ~BodyParts() = default;

  /// The next part, which is not empty, once there is one; nullopt: the body is complete. Not called again
  /// before the part was handed to the kernel, nor after the end, nor once the peer is gone. Must not throw.
  virtual awaitable<std::optional<std::string>> next() = 0;
};

/// Whose bytes a body counts against; a full client budget never delays a worker .
enum class Budget : std::uint8_t { client, worker };

/// What happens with a body over the route's limit: `refuse` calls the handler at once (over_limit) and
/// closes; `discard` reads the whole body away first, so that the peer surely sees the answer.
enum class OverLimit : std::uint8_t { refuse, discard };

/// What a HEAD means on a path that has a GET: `as_get` answers it like that without the body; `refused` is
/// for a GET that hands something over, which a HEAD would lose.
enum class HeadRequests : std::uint8_t { as_get, refused };

/// Looks at a request before its body is read; what it returns is the answer, and the body is not wanted.
using Admission = std::function<std::optional<Response>(const Request&)>;

/// Words a refusal that the connection makes itself, of a body that cannot be read.
using Misread = Response (*)(int status, std::string_view message);

/// Whose share of the server a request takes; empty: nobody's.
using Sharer = std::function<std::string(const Request&)>;

struct Route {
  Method method;
  /// Literal segments and `{}` for one segment, such as "/v2/{}/status/{}"; `{*}` last for any rest. A path
  /// belongs to the pattern that has the first literal where others have `{}`, or `{}` where others have
  /// `{*}`.
  std::string pattern;
  ByteCount body_max = 0;
  Budget budget = Budget::client;
  OverLimit over_limit = OverLimit::refuse;
  Handler handler;
  /// Asked only about bodies that count against the budget, so that strangers cannot fill it. May be empty.
  Admission admission = {};
  HeadRequests head_requests = HeadRequests::as_get;
  Sharer sharer = {};         ///< may be empty
  Misread misread = nullptr;  ///< null: {"error": message}
};

/// The segments that `{}` matched, decoded, in order. Pure; used by handlers to take a path apart.
boost::container::small_vector<std::string, 4> captures(std::string_view pattern, std::string_view path);

}  // namespace pilotlight::net
