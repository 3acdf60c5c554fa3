#include "webhook/target.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "webhook/signature.hpp"

namespace pilotlight::webhook {
namespace {

TEST(Target, has_the_parts_of_the_url) {
  const auto target = parse_target("http://example.com/hooks/1?a=b&c=d#fragment");
  ASSERT_TRUE(target.has_value());
  EXPECT_FALSE(target->tls);
  EXPECT_EQ(target->host, "example.com");
  EXPECT_EQ(target->port, 80);
  EXPECT_EQ(target->host_header, "example.com");
  EXPECT_EQ(target->path_and_query, "/hooks/1?a=b&c=d");
  EXPECT_EQ(target->authorization, "");
}

TEST(Target, has_a_port_of_its_own_or_the_scheme_s) {
  const struct {
    const char* url;
    std::uint16_t port;
    const char* host_header;
  } cases[] = {{"https://h", 443, "h"},           {"HTTPS://h:/", 443, "h"},
               {"https://h:443/", 443, "h"},      {"https://h:80/", 80, "h:80"},
               {"http://h:1/", 1, "h:1"},         {"http://h:65535/", 65535, "h:65535"},
               {"http://[::1]:8/", 8, "[::1]:8"}, {"http://[::1]/", 80, "[::1]"}};
  for (const auto& [url, port, host_header] : cases) {
    const auto target = parse_target(url);
    ASSERT_TRUE(target.has_value()) << url;
    EXPECT_EQ(target->port, port) << url;
    EXPECT_EQ(target->host_header, host_header) << url;
    EXPECT_EQ(target->tls, (url[4] | 0x20) == 's') << url;
  }
  EXPECT_EQ(parse_target("http://[::1]:8/")->host, "::1");
  EXPECT_EQ(parse_target("http://a%2eb/")->host, "a.b");
  EXPECT_EQ(parse_target("http://a%2eb/")->host_header, "a.b");
}

TEST(Target, asks_for_the_root_where_there_is_no_path) {
  EXPECT_EQ(parse_target("http://h")->path_and_query, "/");
  EXPECT_EQ(parse_target("http://h?q=1")->path_and_query, "/?q=1");
  EXPECT_EQ(parse_target("http://h#f")->path_and_query, "/");
}

TEST(Target, turns_user_info_into_basic_authentication) {
  EXPECT_EQ(parse_target("http://user:p%40ss@h/")->authorization, "Basic " + base64("user:p@ss"));
  EXPECT_EQ(parse_target("http://user@h/")->authorization, "Basic " + base64("user:"));
  EXPECT_EQ(parse_target("http://user:p%40ss@h:81/")->host_header, "h:81");
}

TEST(Target, encodes_what_people_write_plainly) {
  EXPECT_EQ(parse_target("http://h/a b/\xc3\xa9|{}?x=[1]&y=\"100%\"")->path_and_query,
            "/a%20b/%C3%A9%7C%7B%7D?x=%5B1%5D&y=%22100%25%22");
  EXPECT_EQ(parse_target("http://h/a%20b%zz%4")->path_and_query, "/a%20b%25zz%254");
  EXPECT_EQ(parse_target("http://h/back\\slash")->path_and_query, "/back%5Cslash");
}

TEST(Target, knows_what_nobody_may_read) {
  const auto secrets =
      parse_target("https://someone:p%40ssword@h/path?token=a%2Bb%2Bc%2Bd&flagged&n=1")->secrets;
  const auto has = [&](const char* text) { return std::count(secrets.begin(), secrets.end(), text) == 1; };
  for (const char* text : {"token=a%2Bb%2Bc%2Bd&flagged&n=1", "a%2Bb%2Bc%2Bd", "a+b+c+d", "flagged",
                           "p%40ssword", "p@ssword", "someone", "someone:p%40ssword"})
    EXPECT_TRUE(has(text)) << text;
  EXPECT_TRUE(has(base64("someone:p@ssword").c_str()));
  EXPECT_FALSE(has("1"));
  EXPECT_FALSE(has("/path"));
  EXPECT_TRUE(std::is_sorted(secrets.begin(), secrets.end(),
                             [](const auto& a, const auto& b) { return a.size() > b.size(); }));
}

TEST(Target, says_what_is_wrong_with_a_bad_url) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "not of the form"},
      {"example.com/hook", "not of the form"},
      {"/hook", "not of the form"},
      {"//example.com/hook", "not of the form"},
      {"http//example.com", "not of the form"},
      {"http://a:b:c/", "not of the form"},
      {"http://[::1", "not of the form"},
      {"http://h:x/", "not of the form"},
      {"ftp://example.com/", "must begin with http:// or https://"},
      {"file:///etc/passwd", "must begin with http:// or https://"},
      {"gopher://127.0.0.1:6379/_x", "must begin with http:// or https://"},
      {"http:/path", "names no host"},
      {"http:///path", "names no host"},
      {"http://:80/", "names no host"},
      {"https://user@/", "names no host"},
      {"http://m\xc3\xbcller.example/", "xn--"},
      {"http://a%20b/", "xn--"},
      {"http://a b/", "xn--"},
      {"http://127.0.0.1\\@example.com,x/", "xn--"},
      {"http://h:0/", "1 to 65535"},
      {"http://h:65536/", "1 to 65535"},
      {"http://h:99999999999999999999/", "1 to 65535"},
      {"http://h/a\r\nX-Injected: 1", "control character"},
      {std::string("http://h/\0", 10), "control character"},
      {"http://h/" + std::string(url_max, 'a'), "longer than 8192"},
  };
  for (const auto& [url, message] : cases) {
    const auto target = parse_target(url);
    ASSERT_FALSE(target.has_value()) << url;
    EXPECT_NE(target.error().message.find(message), std::string::npos)
        << url << ": " << target.error().message;
  }
}

}  // namespace
}  // namespace pilotlight::webhook
