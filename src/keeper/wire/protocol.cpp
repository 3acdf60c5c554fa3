#include "keeper/wire/protocol.hpp"

namespace pilotlight::keeper {

// The endpoint is the last field, and what an older version has is all before it.
std::string encode_start_request(const StartRequest& request, std::uint32_t version) {
  std::string bytes = encode(request);
  if (version < endpoint_version) bytes.resize(bytes.size() - encode(request.endpoint).size());
  return bytes;
}

std::optional<StartRequest> decode_start_request(std::string bytes, std::uint32_t version) {
  if (version < endpoint_version) bytes += encode(EndpointId());
  return decode<StartRequest>(bytes);
}

}  // namespace pilotlight::keeper
