#include "webhook/target.hpp"

#include <algorithm>
#include <boost/url.hpp>

#include "webhook/signature.hpp"

namespace pilotlight::webhook {
namespace {

namespace urls = boost::urls;

constexpr std::size_t secret_min = 4;  // a shorter text is no secret, and occurs by chance

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// What no URL may hold; brackets only where they belong to the host.
bool is_foreign(char c, bool in_authority) {
  constexpr std::string_view never = " \"<>\\^`{|}";
  return c < 0x20 || c > 0x7e || never.find(c) != std::string_view::npos ||
         (!in_authority && (c == '[' || c == ']'));
}

std::string encode_foreign(std::string_view url) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const std::size_t authority = url.find("://");
  const std::size_t path = authority == url.npos ? 0 : url.find_first_of("/?", authority + 3);
  std::string text;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const auto byte = static_cast<unsigned char>(url[i]);
    const bool stray_percent = byte == '%' && (i + 2 >= url.size() || !is_hex(url.substr(i + 1, 2)));
    if (is_foreign(url[i], i < path) || stray_percent)
      text.append({'%', digits[byte >> 4], digits[byte & 15]});
    else
      text += url[i];
  }
  return text;
}

std::string text_of(boost::core::string_view view) {
  return std::string(view.data(), view.size());
}

std::string credentials_of(const urls::url_view& url) {
  return url.has_userinfo() ? base64(url.user() + ":" + url.password()) : std::string();
}

std::vector<std::string> secrets_of(const urls::url_view& url) {
  std::vector<std::string> all{text_of(url.encoded_query()),
                               text_of(url.encoded_userinfo()),
                               text_of(url.encoded_user()),
                               url.user(),
                               text_of(url.encoded_password()),
                               url.password(),
                               credentials_of(url)};
  for (const auto& parameter : url.encoded_params())
    all.push_back(text_of(parameter.has_value ? parameter.value : parameter.key));
  for (const auto& parameter : url.params())
    all.push_back(parameter.has_value ? parameter.value : parameter.key);
  std::erase_if(all, [](const std::string& text) { return text.size() < secret_min; });
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool is_name(std::string_view host) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_'; };
  return !host.empty() && host.size() <= 254 && std::all_of(host.begin(), host.end(), fits);
}

Result<std::string> host_of(const urls::url_view& url) {
  const std::string host = url.host_address();
  if (host.empty()) return refusal(Errc::invalid, "the URL names no host");
  if (url.host_type() == urls::host_type::ipv6 || is_name(host)) return host;
  return refusal(Errc::invalid,
                 "the URL's host may have only letters, digits, dots, hyphens and underscores; write an "
                 "international name in its xn-- form");
}

}  // namespace

Result<Target> parse_target(std::string_view given) {
  if (given.size() > url_max)
    return refusal(Errc::invalid, "the URL is longer than " + std::to_string(url_max) + " characters");
  if (std::any_of(given.begin(), given.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return refusal(Errc::invalid, "the URL has a control character");
  const std::string text = encode_foreign(given.substr(0, given.find('#')));
  const auto parsed = urls::parse_uri(text);
  // Boost.URL 1.81 begins the path of "http://a:b" behind the colon.
  if (!parsed || text_of(parsed->encoded_target()).find_first_not_of("/?") == 0)
    return refusal(Errc::invalid, "the URL is not of the form http://HOST/PATH or https://HOST/PATH");
  const urls::url_view& url = *parsed;
  Target target;
  target.tls = url.scheme_id() == urls::scheme::https;
  if (!target.tls && url.scheme_id() != urls::scheme::http)
    return refusal(Errc::invalid, "the URL must begin with http:// or https://");
  auto host = host_of(url);
  if (!host) return host.error();
  target.host = std::move(*host);
  const std::uint16_t usual_port = target.tls ? 443 : 80;
  target.port = url.port().empty() ? usual_port : url.port_number();
  if (target.port == 0) return refusal(Errc::invalid, "the URL's port must be 1 to 65535");
  target.host_header = url.host_type() == urls::host_type::ipv6 ? "[" + target.host + "]" : target.host;
  if (target.port != usual_port) target.host_header += ":" + std::to_string(target.port);
  target.path_and_query = text_of(url.encoded_target());
  if (!target.path_and_query.starts_with('/')) target.path_and_query.insert(0, 1, '/');
  target.secrets = secrets_of(url);
  if (url.has_userinfo()) target.authorization = "Basic " + credentials_of(url);
  return target;
}

}  // namespace pilotlight::webhook
