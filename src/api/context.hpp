#pragma once

#include <string>

#include "api/in_flight.hpp"
#include "api/keys.hpp"
#include "catalog/prices.hpp"
#include "net/handler.hpp"
#include "service/context.hpp"
#include "service/secrets.hpp"

namespace pilotlight::api {

using net::awaitable;
using net::Exchange;
using net::Request;
using net::Response;
using service::in_background;
using service::on_files_thread;
using service::WorkerTokens;

/// The settings of the APIs.
struct Settings {
  std::string public_url;              ///< the address that workers are told, such as "http://127.0.0.1:8080"
  ByteCount result_max = 64ULL << 20;  ///< bytes in the result of a worker
  bool drain_on_delete = false;        ///< deleteEndpoint accepts endpoints that are not at zero
  milliseconds poll_hold = Limits{}.poll_hold;
  catalog::Prices prices;  ///< as the catalogue shows them
};

/// The parts of the server that every handler may use; outlives the handlers. Immutable but for what says
/// otherwise.
struct Context : service::Context {
  const Settings settings;
  const ApiKeys& keys;  ///< thread-safe
  const WorkerTokens tokens;
  InFlight in_flight;  ///< thread-safe
};

}  // namespace pilotlight::api
