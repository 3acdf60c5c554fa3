#include "cli/worker_env.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "base/shell.hpp"
#include "net/blocking_client.hpp"

namespace pilotlight::cli {
namespace {

std::string line_of(EnvFormat format, const std::string& name, const std::string& value) {
  switch (format) {
    case EnvFormat::env: return name + "=" + value + "\n";
    case EnvFormat::shell: return "export " + name + "=" + shell_quoted(value) + "\n";
    case EnvFormat::docker: return "-e " + name + "=" + shell_quoted(value) + " ";
    case EnvFormat::json: break;
  }
  return {};
}

bool looks_like_an_id(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

/// What to do about an answer other than 200.
Error explained(const WorkerEnvRequest& request, const net::HttpReply& reply) {
  switch (reply.status) {
    case 401: return key_not_accepted(request.server);
    case 404:
      return refusal(Errc::not_found, "there is no endpoint " + request.endpoint + " at " +
                                          request.server.url +
                                          "; query { myself { endpoints { id name } } } lists them");
    default:
      return refusal(Errc::invalid,
                     request.server.url + " answered " + std::to_string(reply.status) + ": " + reply.body);
  }
}

}  // namespace

Result<EnvFormat> read_env_format(std::string_view name) {
  if (name == "env") return EnvFormat::env;
  if (name == "shell") return EnvFormat::shell;
  if (name == "docker") return EnvFormat::docker;
  if (name == "json") return EnvFormat::json;
  return refusal(Errc::invalid, "--format \"" + std::string(name) + "\" is not env, shell, docker or json");
}

Result<std::string> worker_env(const WorkerEnvRequest& request) {
  if (!looks_like_an_id(request.endpoint))
    return refusal(Errc::invalid, "\"" + request.endpoint + "\" is not the id of an endpoint");
  const auto reply = net::http_request(request.server.url, "POST", "/v2/" + request.endpoint + "/worker-env",
                                       request.server.key, "{}");
  if (!reply) return reply.error();
  if (reply->status != 200) return explained(request, *reply);
  if (request.format == EnvFormat::json) return reply->body + "\n";
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(reply->body, error);
  if (error || !parsed.is_object())
    return refusal(Errc::corrupt, "the server's answer cannot be read: " + reply->body);
  std::string text;
  for (const auto& [name, value] : parsed.get_object())
    if (value.is_string())
      text += line_of(request.format, std::string(name), std::string(value.get_string()));
  if (request.format == EnvFormat::docker) text += "\n";
  return text;
}

}  // namespace pilotlight::cli
