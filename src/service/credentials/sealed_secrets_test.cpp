#include "service/credentials/sealed_secrets.hpp"

#include <gtest/gtest.h>

namespace pilotlight::service {
namespace {

SealedSecrets::Shared secret(const char* id, const char* name, const char* value) {
  Secret made;
  made.id = *SecretId::parse(id);
  made.name = name;
  made.value = {value};
  return std::make_shared<const Secret>(made);
}

TEST(SealedSecrets, are_found_by_their_names_until_withdrawn) {
  SealedSecrets secrets;
  EXPECT_EQ(secrets.named("a"), nullptr);
  secrets.publish_all({secret("1", "a", "x"), secret("2", "b", "y")});
  secrets.publish(secret("1", "a", "new"));
  EXPECT_EQ(secrets.named("a")->value.bytes, "new");
  secrets.withdraw(*SecretId::parse("1"));
  secrets.withdraw(*SecretId::parse("3"));
  EXPECT_EQ(secrets.named("a"), nullptr);
  EXPECT_EQ(secrets.named("b")->value.bytes, "y");
  secrets.publish(secret("3", "a", "again"));
  EXPECT_EQ(secrets.named("a")->value.bytes, "again");
}

}  // namespace
}  // namespace pilotlight::service
