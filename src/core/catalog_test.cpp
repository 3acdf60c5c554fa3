// How many templates and endpoints there may be, and how they are read.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

TEST(Catalog, one_endpoint_is_read_with_its_template_alone) {
  Plane plane;
  plane.make_endpoint();
  const EndpointId wanted = plane.make_endpoint();
  const auto all = plane.ask<answer::Catalog>(command::ReadCatalog{}).content;
  EXPECT_EQ(all->endpoints.size(), 2U);
  const auto one = plane.ask<answer::Catalog>(command::ReadCatalog{ticket_none, wanted}).content;
  ASSERT_EQ(one->endpoints.size(), 1U);
  EXPECT_EQ(one->endpoints.front().endpoint->id, wanted);
  EXPECT_EQ(one->endpoints.front().workers.size(), all->endpoints.back().workers.size());
  ASSERT_EQ(one->templates.size(), 1U);
  EXPECT_EQ(one->templates.front()->id, one->endpoints.front().endpoint->template_id);
}

TEST(Catalog, is_shared_until_something_in_it_changes) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint();
  const auto read = [&plane] { return plane.ask<answer::Catalog>(command::ReadCatalog{}).content; };
  const auto first = read();
  EXPECT_EQ(read(), first);
  plane.submit(endpoint);
  const auto with_worker = read();
  EXPECT_NE(with_worker, first);
  EXPECT_EQ(first->endpoints.front().workers.size(), 0U);
  EXPECT_EQ(with_worker->endpoints.front().workers.size(), 1U);
  EXPECT_EQ(read(), with_worker);
}

TEST(Catalog, an_endpoint_that_is_not_there_is_read_as_nothing) {
  Plane plane;
  const EndpointId deleted = plane.make_idle_endpoint();
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, deleted});
  const auto none = plane.ask<answer::Catalog>(command::ReadCatalog{ticket_none, deleted}).content;
  EXPECT_TRUE(none->endpoints.empty() && none->templates.empty());
}

class CatalogLimits : public testing::Test {
 protected:
  static Limits two_of_each() {
    Limits limits;
    limits.templates_max = limits.endpoints_max = 2;
    return limits;
  }
  command::SaveTemplate new_template(const std::string& id) {
    command::SaveTemplate save;
    save.id = TemplateId::parse(id).value();
    save.create = true;
    save.patch.name = "template " + id;
    save.patch.command = "python handler.py";
    return save;
  }
  command::SaveEndpoint new_endpoint(const std::string& id) {
    command::SaveEndpoint save;
    save.id = EndpointId::parse(id).value();
    save.create = true;
    save.patch.name = "endpoint " + id;
    save.patch.template_id = TemplateId::parse("template01").value();
    return save;
  }

  Plane plane{two_of_each()};  // which has a template
};

TEST_F(CatalogLimits, new_definitions_and_keys_have_the_account_that_asks) {
  command::SaveTemplate of_template = new_template("template02");
  of_template.account = AccountId{7};
  EXPECT_EQ(plane.ask<answer::TemplateSaved>(of_template).saved->account, AccountId{7});
  command::SaveEndpoint of_endpoint = new_endpoint("endpoint01");
  of_endpoint.account = AccountId{7};
  EXPECT_EQ(plane.ask<answer::EndpointSaved>(of_endpoint).saved->account, AccountId{7});
  of_endpoint.create = false;
  of_endpoint.account = AccountId::first;
  EXPECT_EQ(plane.ask<answer::EndpointSaved>(of_endpoint).saved->account, AccountId{7});
  plane.ask<answer::Acknowledged>(command::SaveApiKey{ticket_none, "aa", AccountId{7}});
  const auto* key = std::get_if<record::ApiKeySaved>(&plane.records.back());
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->account, AccountId{7});
}

TEST_F(CatalogLimits, template_beyond_the_limit_is_refused_until_one_is_deleted) {
  plane.ask<answer::TemplateSaved>(new_template("template02"));
  const auto refused = plane.ask<answer::Refused>(new_template("template03"));
  EXPECT_EQ(refused.code, Errc::busy);
  EXPECT_EQ(refused.message,
            "there are 2 templates already, and the option templates-max allows no more; delete some, or "
            "raise the option");
  auto change = new_template("template02");
  change.create = false;
  plane.ask<answer::TemplateSaved>(change);
  plane.ask<answer::Deleted>(command::DeleteTemplate{ticket_none, *change.patch.name});
  plane.ask<answer::TemplateSaved>(new_template("template03"));
}

TEST_F(CatalogLimits, endpoint_beyond_the_limit_is_refused_also_after_a_restart) {
  plane.ask<answer::EndpointSaved>(new_endpoint("endpoint01"));
  plane.ask<answer::EndpointSaved>(new_endpoint("endpoint02"));
  plane.restart({});
  const auto refused = plane.ask<answer::Refused>(new_endpoint("endpoint03"));
  EXPECT_EQ(refused.code, Errc::busy);
  EXPECT_NE(refused.message.find("endpoints-max"), std::string::npos) << refused.message;
  auto change = new_endpoint("endpoint02");
  change.create = false;
  plane.ask<answer::EndpointSaved>(change);
}

}  // namespace
}  // namespace pilotlight::core
