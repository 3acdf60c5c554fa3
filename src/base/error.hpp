#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace pilotlight {

/// Why something was refused or failed. A value exists only if a caller would act differently on it; the
/// details are text. Values are stable: they appear in the command trace.
enum class Errc : std::uint8_t {
  invalid = 1,       ///< the request can never succeed as it is; the text says what to change
  unauthorized = 2,  ///< no key, or a key that is not known
  not_found = 3,     ///< no such thing, or no longer
  too_large = 4,     ///< over a size limit; the text names the limit
  conflict = 5,      ///< the thing is in a state that does not allow it
  busy = 6,          ///< a bound of one endpoint is reached; the same request may succeed later
  unavailable = 7,   ///< the server cannot take it now (shutting down, overloaded, disk reserve)
  no_space = 8,      ///< the disk is full or read-only
  io = 9,            ///< the disk or a peer failed in a way that a retry does not cure
  corrupt = 10,      ///< stored or received bytes are not what they claim to be
  timed_out = 11,    ///< the wait ended before the thing happened
  internal = 12,     ///< none of the above
};

/// A refusal or failure: the code decides what happens, the message is shown to people and may be shown to
/// any caller, so it never contains secrets.
struct Error {
  Errc code = Errc::internal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

/// A value or the reason why there is none.
template <class T>
using Result = boost::system::result<T, Error>;

/// Called by `Result::value()` on an error; code that may fail checks first, so reaching this is a bug that
/// surfaces as an exception with the message.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

/// Shorthand for returning a refusal from a function that returns a Result.
inline Error refusal(Errc code, std::string message) {
  return Error{code, std::move(message)};
}

}  // namespace pilotlight
