#include "cli/server_address.hpp"

#include <cstdlib>

#include "base/first_line.hpp"

namespace pilotlight::cli {

Result<void> fill_from_folder(ServerAddress& server, const std::string& data_folder) {
  if (server.url.empty()) {
    const std::string address = first_line(data_folder + "/address");
    if (address.empty())
      return refusal(Errc::not_found, "no server address in " + data_folder +
                                          "; name the folder with --data, or the server with --url");
    server.url = "http://" + address;
  }
  if (server.key.empty())
    if (const char* key = std::getenv("PILOTLIGHT_API_KEY")) server.key = key;
  if (server.key.empty()) server.key = first_line(data_folder + "/api-key");
  if (server.key.empty())
    return refusal(Errc::unauthorized,
                   "no API key in " + data_folder +
                       "; set PILOTLIGHT_API_KEY, or name the server's data folder with --data");
  return {};
}

Error key_not_accepted(const ServerAddress& server) {
  return refusal(Errc::unauthorized, server.url +
                                         " does not accept the API key; set PILOTLIGHT_API_KEY, or name "
                                         "the server's data folder with --data");
}

}  // namespace pilotlight::cli
