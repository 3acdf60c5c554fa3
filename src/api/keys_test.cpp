#include "api/keys.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "api/keys_test.hpp"

namespace pilotlight::api {
namespace {

using KeyVerdict = ApiKeys::Verdict;

TEST(ApiKeys, are_accepted_in_every_form_and_the_header_decides) {
  KeysClock clock;
  ApiKeys keys(clock);
  keys.publish_all({key_of("first"), key_of("second")});
  const std::tuple<const char*, const char*, KeyVerdict> cases[] = {
      {"Bearer first", "", KeyVerdict::accepted},
      {"bearer second", "", KeyVerdict::accepted},
      {"first", "", KeyVerdict::accepted},
      {"  first  ", "", KeyVerdict::accepted},
      {"", "api_key=first", KeyVerdict::accepted},
      {"", "x=y&api_key=sec%6Fnd", KeyVerdict::accepted},
      {"", "", KeyVerdict::absent},
      {"Bearer ", "", KeyVerdict::absent},
      {"Bearer ", "api_key=", KeyVerdict::absent},
      {"Bearer wrong", "", KeyVerdict::wrong},
      {"Bearer wrong", "api_key=first", KeyVerdict::wrong},
      {"Bearer first", "api_key=wrong", KeyVerdict::accepted},
      {"First", "", KeyVerdict::wrong},
      {"firs", "", KeyVerdict::wrong},
      {"Basic first", "", KeyVerdict::wrong},
      {"", "API_KEY=first", KeyVerdict::absent},
  };
  for (const auto& [header, query, verdict] : cases)
    EXPECT_EQ(keys.judge(request_with(header, query), KeyRole::all), verdict) << header << " ? " << query;
  EXPECT_EQ(ApiKeys(clock).judge(request_with("Bearer first"), KeyRole::all), KeyVerdict::wrong);
}

TEST(ApiKeys, of_the_role_jobs_open_the_doors_of_their_endpoints) {
  KeysClock clock;
  ApiKeys keys(clock);
  keys.publish_all(
      {key_of("boss"), key_of("any", KeyRole::jobs), key_of("some", KeyRole::jobs, {"one", "two"})});
  const std::tuple<const char*, KeyRole, const char*, KeyVerdict> cases[] = {
      {"boss", KeyRole::all, "/graphql", KeyVerdict::accepted},
      {"boss", KeyRole::jobs, "/v2/three/run", KeyVerdict::accepted},
      {"any", KeyRole::jobs, "/v2/three/run", KeyVerdict::accepted},
      {"any", KeyRole::all, "/v2/three/worker-env", KeyVerdict::role},
      {"some", KeyRole::jobs, "/v2/one/run", KeyVerdict::accepted},
      {"some", KeyRole::jobs, "/v2/tw%6f/status/x", KeyVerdict::accepted},
      {"some", KeyRole::jobs, "/v2/three/run", KeyVerdict::endpoint},
      {"some", KeyRole::jobs, "/v2/ONE/run", KeyVerdict::endpoint},
      {"some", KeyRole::jobs, "/v2/one%2Frun/run", KeyVerdict::endpoint},
      {"some", KeyRole::jobs, "/v2", KeyVerdict::endpoint},
      {"some", KeyRole::all, "/v2/one/worker-env", KeyVerdict::role},
  };
  for (const auto& [key, door, path, verdict] : cases)
    EXPECT_EQ(keys.judge(request_with(key, "", path), door), verdict) << key << " at " << path;
}

TEST(ApiKeys, are_accepted_and_refused_at_once_on_every_thread) {
  KeysClock clock;
  ApiKeys keys(clock);
  const auto judged = [&keys] { return keys.judge(request_with("late"), KeyRole::jobs); };
  const auto elsewhere = [&judged] {
    KeyVerdict verdict{};
    std::thread([&] { verdict = judged(); }).join();
    return verdict;
  };
  EXPECT_EQ(judged(), KeyVerdict::wrong);
  keys.publish(key_of("late", KeyRole::jobs));
  EXPECT_EQ(judged(), KeyVerdict::accepted);
  EXPECT_EQ(elsewhere(), KeyVerdict::accepted);
  const auto account = keys.account_of(request_with("late"), KeyRole::jobs);
  ASSERT_TRUE(account);
  keys.publish(key_of("other"));
  EXPECT_TRUE(keys.still_accepts(*account));
  keys.withdraw(*ApiKeyId::parse("late"));
  EXPECT_FALSE(keys.still_accepts(*account));
  EXPECT_EQ(judged(), KeyVerdict::wrong);
  EXPECT_EQ(elsewhere(), KeyVerdict::wrong);
}

TEST(ApiKeys, a_key_given_also_as_the_first_opens_everything) {
  KeysClock clock;
  ApiKeys keys(clock);
  ApiKey first = key_of("late");
  first.id = first_key;
  keys.publish_all({key_of("late", KeyRole::jobs), first});
  EXPECT_EQ(keys.judge(request_with("late"), KeyRole::all), KeyVerdict::accepted);
}

TEST(ApiKeys, use_is_noted_once_a_key_and_hour) {
  KeysClock clock;
  std::vector<std::string> noted;
  ApiKeys keys(clock, [&noted](const ApiKeyId& key) { noted.push_back(key.text()); });
  ApiKey old = key_of("old");
  old.used = clock.time - clock.time.time_since_epoch() % key_use_grain;
  keys.publish_all({old, key_of("new")});
  const auto use = [&keys](const char* key) { keys.account_of(request_with(key), KeyRole::all); };
  for (const char* key : {"old", "new", "new", "wrong", "old"}) use(key);
  EXPECT_EQ(noted, std::vector<std::string>{"new"}) << "the store knows of the other";
  clock.time += key_use_grain;
  for (const char* key : {"old", "new", "new", "old"}) use(key);
  EXPECT_EQ(noted, (std::vector<std::string>{"new", "old", "new"}));
}

}  // namespace
}  // namespace pilotlight::api
