// Secrets, and credentials for container registries.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

class CredentialsOf : public testing::Test {
 protected:
  static command::SaveSecret new_secret(const std::string& id, std::string name) {
    command::SaveSecret save;
    save.create = true;
    save.id = *SecretId::parse(id);
    save.patch = {std::move(name), "", Sealed{"sealed " + id}};
    return save;
  }
  static command::SaveRegistry new_registry(const std::string& id, std::string name) {
    command::SaveRegistry save;
    save.create = true;
    save.id = *RegistryId::parse(id);
    save.patch = {std::move(name), "me", Sealed{"sealed " + id}};
    return save;
  }
  Secret save(const command::SaveSecret& save) { return *plane.ask<answer::Secrets>(save).secrets.at(0); }
  RegistryCredential save(const command::SaveRegistry& save) {
    return *plane.ask<answer::Registries>(save).registries.at(0);
  }
  template <class Command>
  void refuse(const Command& command, Errc code, const std::string& message) {
    const auto refused = plane.ask<answer::Refused>(command);
    EXPECT_EQ(refused.code, code);
    EXPECT_EQ(refused.message, message);
  }
  void name_in_template(const std::string& registry) {
    command::SaveTemplate change;
    change.id = *TemplateId::parse("template01");
    change.patch.container_registry_auth_id = registry;
    plane.ask<answer::TemplateSaved>(change);
  }

  Plane plane;
};

TEST_F(CredentialsOf, secrets_are_published_before_whoever_saved_them_is_told) {
  const Secret made = save(new_secret("one", "TOKEN"));
  EXPECT_EQ(made.created, plane.now());
  EXPECT_EQ(made.updated, plane.now());
  plane.pass(milliseconds{5});
  command::SaveSecret change;
  change.id = made.id;
  change.patch.value = Sealed{"other"};
  const Secret changed = save(change);
  EXPECT_EQ(changed.name, "TOKEN");
  EXPECT_EQ(changed.created, made.created);
  EXPECT_EQ(changed.updated, plane.now());
  const auto published = plane.all<effect::PublishSecret>();
  ASSERT_EQ(published.size(), 2U);
  EXPECT_EQ(*published[1].secret, changed);
  plane.ask<answer::Deleted>(command::DeleteSecret{ticket_none, made.id});
  const auto withdrawn = plane.all<effect::WithdrawSecret>();
  ASSERT_EQ(withdrawn.size(), 1U);
  EXPECT_EQ(withdrawn[0].id, made.id);
  refuse(change, Errc::not_found, "Secret not found");
  refuse(command::DeleteSecret{ticket_none, made.id}, Errc::not_found, "Secret not found");
}

TEST_F(CredentialsOf, lists_are_in_order_of_creation_also_after_a_restart) {
  save(new_secret("z", "first"));
  save(new_registry("z", "first"));
  plane.pass(milliseconds{5});
  save(new_secret("a", "second"));
  save(new_registry("a", "second"));
  plane.restart({});
  const auto secrets = plane.ask<answer::Secrets>(command::ReadSecrets{}).secrets;
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0]->name, "first");
  EXPECT_EQ(secrets[1]->value, Sealed{"sealed a"});
  const auto registries = plane.ask<answer::Registries>(command::ReadRegistries{}).registries;
  ASSERT_EQ(registries.size(), 2U);
  EXPECT_EQ(registries[0]->name, "first");
  const auto one = plane.ask<answer::Registries>(command::ReadRegistries{ticket_none, registries[1]->id});
  EXPECT_EQ(one.registries.at(0)->password, Sealed{"sealed a"});
  refuse(new_secret("b", "second"), Errc::conflict,
         "a secret of this name already exists; names are unique, choose another");
}

TEST_F(CredentialsOf, a_save_that_changes_nothing_writes_nothing) {
  const Secret secret = save(new_secret("one", "TOKEN"));
  const RegistryCredential registry = save(new_registry("one", "hub"));
  const std::size_t before = plane.records.size();
  command::SaveSecret same;
  same.id = secret.id;
  same.patch.description = secret.description;
  same.patch.value = secret.value;
  plane.pass(milliseconds{5});
  EXPECT_EQ(save(same), secret);
  command::SaveRegistry back;
  back.id = registry.id;
  back.patch = {registry.name, registry.username, registry.password};
  EXPECT_EQ(save(back), registry);
  EXPECT_EQ(plane.records.size(), before);
}

TEST_F(CredentialsOf, names_that_make_no_sense_are_refused) {
  for (const char* name : {"", "a b", "a\n", "a}}", "1a"})
    refuse(new_secret("one", name), Errc::invalid,
           "name must have 1 to 191 characters: letters, digits and _ . - /, beginning with a letter or _");
  for (const char* name : {"RUNPOD", "runpod_x", "RunPodKey"})
    refuse(new_secret("one", name), Errc::invalid, "name must not begin with RUNPOD, which is reserved");
  command::SaveSecret long_text = new_secret("one", "RUNPO");
  long_text.patch.description = std::string(65'536, 'd');
  refuse(long_text, Errc::invalid, "description must not have more than 65535 bytes");
  refuse(new_registry("one", ""), Errc::invalid, "name must not be empty");
  refuse(new_registry("one", std::string(192, 'n')), Errc::invalid, "name must not have more than 191 bytes");
  command::SaveRegistry odd = new_registry("one", "hub");
  odd.patch.username = "a\nb";
  refuse(odd, Errc::invalid, "username must not have control characters");
}

TEST_F(CredentialsOf, registry_keeps_its_own_name_and_takes_no_others) {
  save(new_registry("one", "hub"));
  save(new_registry("two", "other"));
  command::SaveRegistry rename;
  rename.id = *RegistryId::parse("one");
  rename.patch.name = "hub";
  EXPECT_EQ(save(rename).name, "hub");
  rename.patch.name = "other";
  refuse(rename, Errc::conflict,
         "a container registry credential of this name already exists; names are unique, choose another");
  rename.patch.name = "new";
  EXPECT_EQ(save(rename).name, "new");
  save(new_registry("three", "hub"));
}

TEST_F(CredentialsOf, registry_that_a_template_names_is_not_deleted) {
  const RegistryId id = save(new_registry("one", "hub")).id;
  name_in_template(id.text());
  refuse(command::DeleteRegistry{ticket_none, id}, Errc::conflict,
         "this container registry credential is in use by template template01; change or delete the template "
         "first");
  name_in_template("");
  plane.ask<answer::Deleted>(command::DeleteRegistry{ticket_none, id});
  refuse(command::DeleteRegistry{ticket_none, id}, Errc::not_found,
         "Container registry credential not found");
  name_in_template("clzdaifot0001l90809257ynb");
}

TEST_F(CredentialsOf, bound_template_counts_until_its_endpoint_is_deleted) {
  const RegistryId id = save(new_registry("one", "hub")).id;
  command::SaveEndpoint made;
  made.create = true;
  made.id = *EndpointId::parse("endpoint00");
  made.patch.name = "an endpoint";
  made.with.emplace();
  made.with->id = *TemplateId::parse("bound00001");
  made.with->patch.name = "own";
  made.with->patch.container_registry_auth_id = id.text();
  plane.ask<answer::EndpointSaved>(made);
  EXPECT_EQ(plane.ask<answer::Refused>(command::DeleteRegistry{ticket_none, id}).code, Errc::conflict);
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, made.id, true});
  plane.ask<answer::Deleted>(command::DeleteRegistry{ticket_none, id});
}

TEST_F(CredentialsOf, beyond_the_limit_none_is_made_until_one_is_deleted) {
  for (std::size_t i = 0; i < secrets_max; ++i) {
    plane.apply(new_secret("s" + std::to_string(i), "name" + std::to_string(i)));
    plane.apply(new_registry("r" + std::to_string(i), "name" + std::to_string(i)));
  }
  refuse(new_secret("one", "one"), Errc::busy,
         "there are 1000 secrets, and no more can be made; delete some that nobody uses");
  refuse(
      new_registry("one", "one"), Errc::busy,
      "there are 1000 container registry credentials, and no more can be made; delete some that no template "
      "names");
  plane.ask<answer::Deleted>(command::DeleteSecret{ticket_none, *SecretId::parse("s7")});
  plane.ask<answer::Deleted>(command::DeleteRegistry{ticket_none, *RegistryId::parse("r7")});
  save(new_secret("one", "name7"));
  save(new_registry("one", "name7"));
}

}  // namespace
}  // namespace pilotlight::core
