// Tests of copies: an endpoint that uses a free-standing template gets a template of its own.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

using command::TemplateStart;

class Copies : public testing::Test {
 protected:
  Copies() {
    command::SaveTemplate shared;
    shared.id = shared_id;
    shared.patch.env = env(1);
    shared.patch.command = "python shared.py";
    plane.ask<answer::TemplateSaved>(shared);
    endpoint = plane.make_idle_endpoint();
  }
  static PayloadRef env(RowNumber number) { return {number, 10, PayloadPlace::row}; }

  /// A change of the container of the endpoint, as somebody sends it who has read the shared template.
  command::SaveEndpoint container(TemplateStart start = TemplateStart::copy_if_changed) const {
    command::SaveEndpoint save;
    save.id = endpoint;
    save.with.emplace();
    save.with->id = own_id;
    save.with->start = start;
    save.with->copied_env = env(2);
    save.with->copied_from = env(1);
    return save;
  }
  answer::EndpointSaved saved(command::SaveEndpoint save) {
    return plane.ask<answer::EndpointSaved>(std::move(save));
  }
  std::shared_ptr<const Template> shared() {
    const command::ReadCatalog read{ticket_none, std::nullopt, shared_id};
    return plane.ask<answer::Catalog>(read).content->templates.at(0);
  }

  const TemplateId shared_id = TemplateId::parse("template01").value();
  const TemplateId own_id = TemplateId::parse("own0000001").value();
  Plane plane;
  EndpointId endpoint;
};

TEST_F(Copies, a_change_makes_a_copy_and_leaves_the_shared_one) {
  const EndpointId other = plane.make_idle_endpoint();
  command::SaveEndpoint change = container();
  change.with->patch.command = "python own.py";
  const auto told = saved(change);
  EXPECT_EQ(told.saved->version, 1);
  ASSERT_EQ(told.used->id, own_id);
  EXPECT_EQ(told.used->bound_endpoint, endpoint);
  EXPECT_EQ(told.used->command, "python own.py");
  EXPECT_EQ(told.used->env, env(2));
  EXPECT_EQ(told.used->name, shared()->name);
  EXPECT_EQ(shared()->command, "python shared.py");
  EXPECT_EQ(shared()->env, env(1));
  command::SaveEndpoint same;
  same.id = other;
  EXPECT_EQ(saved(same).saved->template_id, shared_id);
  EXPECT_EQ(saved(same).saved->version, 0);
}

TEST_F(Copies, a_save_that_changes_nothing_makes_no_copy) {
  command::SaveEndpoint change = container();
  change.with->patch.command = "python shared.py";
  const std::size_t before = plane.records.size();
  EXPECT_EQ(saved(change).saved->template_id, shared_id);
  EXPECT_EQ(plane.records.size(), before);
  change.patch.idle_timeout = seconds{60};
  EXPECT_EQ(saved(change).saved->template_id, shared_id) << "a change of something else alone";
  EXPECT_EQ(saved(change).saved->idle_timeout, seconds{60});
}

TEST_F(Copies, the_copy_alone_is_no_new_version) {
  const auto told = saved(container(TemplateStart::copy));
  EXPECT_EQ(told.saved->version, 0);
  EXPECT_EQ(told.used->bound_endpoint, endpoint);
  EXPECT_EQ(told.used->command, "python shared.py");
  EXPECT_EQ(told.used->env, env(2));
  plane.restart({});
  command::SaveEndpoint again = container(TemplateStart::copy);
  again.with->id = TemplateId::parse("own0000002").value();
  EXPECT_EQ(saved(again).saved->template_id, own_id) << "it has one";
}

TEST_F(Copies, a_setting_that_workers_do_not_see_is_no_new_version) {
  command::SaveEndpoint change = container();
  change.with->patch.readme = "of its own";
  const auto told = saved(change);
  EXPECT_EQ(told.saved->version, 0);
  EXPECT_EQ(told.used->readme, "of its own");
}

TEST_F(Copies, an_environment_takes_the_place_of_the_shared_one) {
  command::SaveEndpoint change = container();
  change.with->patch.env = env(3);
  const auto told = saved(change);
  EXPECT_EQ(told.saved->version, 1);
  EXPECT_EQ(told.used->env, env(3));
  EXPECT_EQ(shared()->env, env(1));
}

TEST_F(Copies, an_equal_environment_is_no_change) {
  command::SaveEndpoint change = container();
  change.with->patch.env = env(3);
  change.with->env_equals = env(1);
  EXPECT_EQ(saved(change).saved->template_id, shared_id);
  change.with->start = TemplateStart::copy;
  const auto told = saved(change);
  EXPECT_EQ(told.saved->version, 0);
  EXPECT_EQ(told.used->env, env(3)) << "the copy has a payload of its own";
}

TEST_F(Copies, an_environment_that_was_replaced_meanwhile_is_not_copied) {
  command::SaveTemplate later;
  later.id = shared_id;
  later.patch.env = env(4);
  plane.ask<answer::TemplateSaved>(later);
  command::SaveEndpoint change = container();
  change.with->patch.command = "python own.py";
  EXPECT_EQ(plane.ask<answer::Refused>(change).code, Errc::conflict);
  change.with->copied_from = env(4);
  EXPECT_EQ(saved(change).used->env, env(2));
}

TEST_F(Copies, a_bound_template_is_changed_in_place) {
  saved(container(TemplateStart::copy));
  command::SaveEndpoint change = container();
  change.with->id = TemplateId::parse("own0000002").value();
  change.with->patch.command = "python own.py";
  const auto told = saved(change);
  EXPECT_EQ(told.used->id, own_id);
  EXPECT_EQ(told.used->command, "python own.py");
  EXPECT_EQ(told.used->env, env(2));
  EXPECT_EQ(told.saved->version, 1);
}

TEST_F(Copies, a_copy_goes_with_its_endpoint) {
  saved(container(TemplateStart::copy));
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, endpoint, true});
  const command::ReadCatalog read{ticket_none, std::nullopt, own_id};
  EXPECT_TRUE(plane.ask<answer::Catalog>(read).content->templates.empty());
  EXPECT_EQ(shared()->env, env(1));
}

TEST_F(Copies, a_new_endpoint_begins_without_a_copy) {
  command::SaveEndpoint make = container(TemplateStart::copy);
  make.id = EndpointId::parse("newendpoint001").value();
  make.create = true;
  make.patch.name = "new";
  make.with->patch.name = "own";
  const auto told = saved(make);
  EXPECT_EQ(told.used->bound_endpoint, make.id);
  EXPECT_TRUE(told.used->command.empty());
}

}  // namespace
}  // namespace pilotlight::core
