// Tests of saves: a save that changes nothing writes nothing, and a bound template lives as long as its
// endpoint.
#include <gtest/gtest.h>

#include <functional>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

TemplateId template_id(const char* id) {
  return TemplateId::parse(id).value();
}

class Saves : public testing::Test {
 protected:
  static PayloadRef payload(RowNumber number) { return {number, 10, PayloadPlace::row}; }

  command::SaveEndpoint change(std::function<void(EndpointPatch&)> patch = {}) const {
    command::SaveEndpoint save;
    save.id = endpoint;
    if (patch) patch(save.patch);
    return save;
  }
  command::SaveEndpoint with(const char* id, std::function<void(TemplatePatch&)> patch = {}) const {
    command::SaveEndpoint save = change();
    save.with.emplace();
    save.with->id = template_id(id);
    save.with->patch.name = "own";
    save.with->patch.command = "python own.py";
    if (patch) patch(save.with->patch);
    return save;
  }
  command::SaveTemplate of_template(const char* id, std::function<void(TemplatePatch&)> patch) const {
    command::SaveTemplate save;
    save.id = template_id(id);
    patch(save.patch);
    return save;
  }
  /// The records of a command that must be carried out.
  template <class Answer, class Command>
  std::size_t records_of(Command command) {
    const std::size_t before = plane.records.size();
    plane.ask<Answer>(std::move(command));
    return plane.records.size() - before;
  }
  std::string refusal(command::SaveEndpoint save) {
    const std::size_t before = plane.records.size();
    const std::string message = plane.ask<answer::Refused>(std::move(save)).message;
    EXPECT_EQ(plane.records.size(), before);
    return message;
  }
  answer::EndpointSaved saved(command::SaveEndpoint save) {
    return plane.ask<answer::EndpointSaved>(std::move(save));
  }
  std::shared_ptr<const answer::CatalogContent> catalog() {
    return plane.ask<answer::Catalog>(command::ReadCatalog{}).content;
  }
  bool is_there(const char* id) {
    const command::ReadCatalog read{ticket_none, std::nullopt, template_id(id)};
    return !plane.ask<answer::Catalog>(read).content->templates.empty();
  }
  template <class Record>
  std::size_t count(std::size_t from = 0) const {
    return static_cast<std::size_t>(
        std::count_if(plane.records.begin() + static_cast<std::ptrdiff_t>(from), plane.records.end(),
                      [](const auto& record) { return std::holds_alternative<Record>(record); }));
  }

  Plane plane{{}, PausedEndpoints::refuse};
  const EndpointId endpoint = plane.make_idle_endpoint();
};

TEST_F(Saves, a_save_that_changes_nothing_writes_no_record) {
  EXPECT_EQ(records_of<answer::EndpointSaved>(change()), 0U);
  const auto same = change([](EndpointPatch& patch) {
    patch.name = "an endpoint", patch.workers_max = 0, patch.idle_timeout = seconds{10};
  });
  EXPECT_EQ(records_of<answer::EndpointSaved>(same), 0U);
  EXPECT_EQ(saved(same).saved->version, 0);
  const auto same_template =
      of_template("template01", [](TemplatePatch& patch) { patch.name = "a template"; });
  EXPECT_EQ(records_of<answer::TemplateSaved>(same_template), 0U);
  EXPECT_EQ(records_of<answer::EndpointSaved>(change([](auto& patch) { patch.workers_max = 1; })), 1U);
}

TEST_F(Saves, an_environment_that_is_still_stored_stays) {
  saved(change([](auto& patch) { patch.env = payload(1); }));
  auto again = change([](auto& patch) { patch.env = payload(2); });
  again.env_equals = payload(1);
  EXPECT_EQ(records_of<answer::EndpointSaved>(again), 0U);
  EXPECT_EQ(saved(again).saved->env, payload(1));
  again.patch.name = "renamed";
  EXPECT_EQ(records_of<answer::EndpointSaved>(again), 1U) << "the payload is not kept";
  EXPECT_EQ(saved(change()).saved->env, payload(1));
  EXPECT_EQ(saved(change()).saved->version, 1);
}

TEST_F(Saves, an_environment_that_was_replaced_meanwhile_is_written) {
  saved(change([](auto& patch) { patch.env = payload(1); }));
  saved(change([](auto& patch) { patch.env = payload(2); }));
  auto late = change([](auto& patch) { patch.env = payload(3); });
  late.env_equals = payload(1);
  EXPECT_EQ(saved(late).saved->env, payload(3));
  EXPECT_EQ(saved(change()).saved->version, 3);
}

TEST_F(Saves, two_writers_of_different_fields_both_stand) {
  saved(change([](auto& patch) { patch.env = payload(1); }));
  auto first = change([](auto& patch) { patch.env = payload(2), patch.workers_max = 3; });
  auto second = change([](auto& patch) { patch.env = payload(3), patch.idle_timeout = seconds{60}; });
  first.env_equals = second.env_equals = payload(1);
  saved(first);
  const auto both = saved(second).saved;
  EXPECT_EQ(both->workers_max, 3);
  EXPECT_EQ(both->idle_timeout, seconds{60});
  EXPECT_EQ(both->env, payload(1));
}

TEST_F(Saves, an_equal_environment_of_a_template_stays) {
  const auto first = of_template("template01", [](auto& patch) { patch.env = payload(1); });
  plane.ask<answer::TemplateSaved>(first);
  auto again = of_template("template01", [](auto& patch) { patch.env = payload(2); });
  again.env_equals = payload(1);
  EXPECT_EQ(records_of<answer::TemplateSaved>(again), 0U);
  again.patch.readme = "new";
  EXPECT_EQ(records_of<answer::TemplateSaved>(again), 1U);
}

TEST_F(Saves, a_save_that_changes_nothing_keeps_a_paused_endpoint_open) {
  const WorkerId worker = plane.register_worker(endpoint);
  plane.apply(command::Abandon{plane.poll(worker)});
  saved(change());
  plane.submit(endpoint);
  saved(change([](auto& patch) { patch.idle_timeout = seconds{60}; }));
  EXPECT_EQ(plane.ask<answer::Refused>(plane.new_job(endpoint)).message, answer::endpoint_paused);
}

TEST_F(Saves, a_value_out_of_bounds_that_is_stored_may_be_sent_back) {
  Endpoint odd = *saved(change()).saved;
  odd.gpu_ids = "NOPE,,-";
  odd.min_cuda_version = "abc";
  odd.idle_timeout = milliseconds{0};
  plane.records.push_back(record::EndpointSaved{odd, false});
  plane.restart({});
  const auto back = change([](auto& patch) {
    patch.gpu_ids = "NOPE,,-", patch.min_cuda_version = "abc", patch.idle_timeout = milliseconds{0};
  });
  EXPECT_EQ(records_of<answer::EndpointSaved>(back), 0U);
  const auto other = change([](auto& patch) { patch.gpu_ids = "NOPE,,-", patch.idle_timeout = seconds{5}; });
  EXPECT_EQ(records_of<answer::EndpointSaved>(other), 1U);
  EXPECT_NE(refusal(change([](auto& patch) { patch.gpu_ids = "-"; })).find("gpuIds"), std::string::npos);
}

TEST_F(Saves, a_fraction_stays_where_it_is_written_back_rounded) {
  saved(change([](auto& patch) { patch.scaler_value_milli = 500; }));
  auto whole = change([](auto& patch) { patch.scaler_value_milli = 1'000; });
  whole.whole_scaler_value = true;
  EXPECT_EQ(records_of<answer::EndpointSaved>(whole), 0U);
  whole.patch.scaler_value_milli = 2'000;
  EXPECT_EQ(saved(whole).saved->scaler_value_milli, 2'000);
  saved(change([](auto& patch) { patch.scaler_value_milli = 500; }));
  EXPECT_EQ(saved(change([](auto& patch) { patch.scaler_value_milli = 1'000; })).saved->scaler_value_milli,
            1'000);
}

TEST_F(Saves, an_endpoint_is_made_with_its_template) {
  command::SaveEndpoint make = with("bound00001", [](auto& patch) { patch.env = payload(1); });
  make.id = EndpointId::parse("withtemplate01").value();
  make.create = true;
  make.patch.name = "new";
  make.with->patch.name = "a template";  // also that of a free-standing one
  const std::size_t from = plane.records.size();
  const auto told = saved(make);
  EXPECT_EQ(told.saved->template_id, template_id("bound00001"));
  ASSERT_TRUE(told.used);
  EXPECT_EQ(told.used->bound_endpoint, make.id);
  EXPECT_EQ(told.saved->version, 0);
  EXPECT_EQ(count<record::TemplateSaved>(from), 1U);
  EXPECT_EQ(count<record::EndpointSaved>(from), 1U);
  EXPECT_EQ(count<record::PayloadKept>(from), 1U);
}

TEST_F(Saves, a_bound_template_is_changed_in_place) {
  saved(with("bound00001"));
  EXPECT_EQ(records_of<answer::EndpointSaved>(with("bound00002")), 0U) << "as it is";
  const auto readme = with("bound00003", [](auto& patch) { patch.readme = "new"; });
  EXPECT_EQ(records_of<answer::EndpointSaved>(readme), 1U) << "the template alone";
  EXPECT_EQ(saved(change()).saved->version, 1) << "that of the move to the bound template";
  const auto told = saved(with("bound00004", [](auto& patch) { patch.command = "python new.py"; }));
  EXPECT_EQ(told.saved->version, 2);
  EXPECT_EQ(told.used->id, template_id("bound00001"));
  EXPECT_EQ(told.used->command, "python new.py");
  EXPECT_EQ(told.used->readme, "new");
  EXPECT_FALSE(is_there("bound00002") || is_there("bound00003") || is_there("bound00004"));
}

TEST_F(Saves, a_bound_template_is_saved_by_its_own_id) {
  saved(with("bound00001"));
  const auto renamed = of_template("bound00001", [](auto& patch) { patch.name = "a template"; });
  EXPECT_EQ(plane.ask<answer::TemplateSaved>(renamed).saved->bound_endpoint, endpoint);
  EXPECT_EQ(saved(change()).saved->version, 1);
  plane.ask<answer::TemplateSaved>(of_template("bound00001", [](auto& patch) { patch.image = "other"; }));
  EXPECT_EQ(saved(change()).saved->version, 2);
}

TEST_F(Saves, another_template_takes_the_place_of_a_bound_one) {
  saved(with("bound00001", [](auto& patch) { patch.env = payload(1); }));
  const std::size_t from = plane.records.size();
  const auto told = saved(change([](auto& patch) { patch.template_id = template_id("template01"); }));
  EXPECT_EQ(told.used->id, template_id("template01"));
  EXPECT_EQ(count<record::TemplateRemoved>(from), 1U);
  EXPECT_EQ(count<record::PayloadDropped>(from), 1U);
  EXPECT_FALSE(is_there("bound00001"));
}

TEST_F(Saves, a_bound_template_dies_with_its_endpoint) {
  saved(with("bound00001"));
  plane.restart({});
  EXPECT_TRUE(is_there("bound00001"));
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, endpoint});
  EXPECT_FALSE(is_there("bound00001"));
  EXPECT_EQ(count<record::TemplateRemoved>(), 1U);
  plane.restart({});
  EXPECT_FALSE(is_there("bound00001"));
}

TEST_F(Saves, a_bound_template_is_not_found_by_its_name) {
  saved(with("bound00001", [](auto& patch) { patch.name = "bound alone"; }));
  const command::DeleteTemplate by_name{ticket_none, "bound alone"};
  EXPECT_EQ(plane.ask<answer::Refused>(by_name).code, Errc::not_found);
  command::SaveTemplate free_standing =
      of_template("template02", [](auto& patch) { patch.name = "bound alone"; });
  free_standing.create = true;
  plane.ask<answer::TemplateSaved>(free_standing);
  plane.ask<answer::Deleted>(by_name);
  EXPECT_TRUE(is_there("bound00001"));
}

TEST_F(Saves, a_template_is_deleted_by_its_id_once_nothing_uses_it) {
  const command::DeleteTemplate by_id{ticket_none, {}, template_id("template01")};
  const auto used = plane.ask<answer::Refused>(by_id);
  EXPECT_EQ(used.code, Errc::conflict);
  EXPECT_EQ(used.message, "Template is in use by endpoint " + endpoint.text() +
                              "; delete the endpoint or give it another template first");
  saved(with("bound00001"));
  const command::DeleteTemplate bound{ticket_none, "a template", template_id("bound00001")};
  EXPECT_EQ(plane.ask<answer::Refused>(bound).message, "Template not found") << "its name does not count";
  EXPECT_TRUE(is_there("template01") && is_there("bound00001"));
  plane.ask<answer::Deleted>(by_id);
  EXPECT_FALSE(is_there("template01"));
  EXPECT_EQ(plane.ask<answer::Refused>(by_id).code, Errc::not_found);
}

TEST_F(Saves, a_template_in_use_stays_serverless) {
  const auto for_pods = [](TemplatePatch& patch) { patch.is_serverless = false; };
  saved(with("own0000000"));
  const std::size_t before = plane.records.size();
  EXPECT_EQ(plane.ask<answer::Refused>(of_template("own0000000", for_pods)).message,
            "Template is in use by endpoint " + endpoint.text() +
                ", so it stays serverless; give the endpoint another template first");
  EXPECT_EQ(plane.records.size(), before);
  saved(change([](EndpointPatch& patch) { patch.template_id = template_id("template01"); }));
  EXPECT_EQ(plane.ask<answer::Refused>(of_template("template01", for_pods)).code, Errc::conflict);
  saved(with("own1111111"));
  plane.ask<answer::TemplateSaved>(of_template("template01", for_pods));
}

/// As a version before this rule may have left it.
TEST_F(Saves, a_template_for_pods_does_not_lock_its_endpoint) {
  Template old = *catalog()->templates.front();
  old.is_serverless = false;
  plane.records.push_back(record::TemplateSaved{old});
  plane.restart({});
  saved(change([](EndpointPatch& patch) { patch.idle_timeout = seconds{9}; }));
}

TEST_F(Saves, negative_counts_of_workers_are_refused_unless_stored) {
  EXPECT_EQ(refusal(change([](EndpointPatch& patch) { patch.workers_standby = -1; })),
            "workersStandby must not be negative");
  EXPECT_EQ(refusal(change([](EndpointPatch& patch) { patch.workers_pfb_target = -1; })),
            "workersPFBTarget must not be negative");
  Endpoint old = *catalog()->endpoints.front().endpoint;
  old.workers_standby = -5;
  plane.records.push_back(record::EndpointSaved{old, false});
  plane.restart({});
  saved(change([](EndpointPatch& patch) {
    patch.workers_standby = -5;
    patch.idle_timeout = seconds{9};
  }));
}

TEST_F(Saves, templates_know_when_they_were_made_and_keep_that_order) {
  const Timestamp before = plane.now();
  plane.pass(seconds{5});
  command::SaveTemplate save = of_template("aaa", [](auto& patch) { patch.name = "later"; });
  save.create = true;
  plane.ask<answer::TemplateSaved>(save);
  plane.pass(seconds{5});
  saved(with("bound00001"));
  save.create = false;
  save.patch.name = "renamed";
  EXPECT_EQ(plane.ask<answer::TemplateSaved>(save).saved->created, before + seconds{5});
  for (int start = 0; start < 2; ++start) {
    const auto all = catalog()->templates;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0]->id, template_id("template01"));
    EXPECT_EQ(all[1]->id, template_id("aaa"));
    EXPECT_EQ(all[2]->created, before + seconds{10});
    plane.restart({});
  }
}

TEST_F(Saves, what_contradicts_itself_is_refused_whole) {
  saved(with("bound00001"));
  auto both = with("bound00002");
  both.patch.template_id = template_id("template01");
  EXPECT_EQ(refusal(both), "an endpoint has one template: send templateId or template, not both");
  auto bad_endpoint = with("bound00002", [](auto& patch) { patch.command = "python new.py"; });
  bad_endpoint.patch.workers_min = 5;
  EXPECT_EQ(refusal(bad_endpoint), "workersMin must not be more than workersMax");
  EXPECT_EQ(refusal(with("bound00002", [](auto& patch) { patch.name = ""; })), "name must not be empty");
  command::SaveEndpoint foreign = change([](auto& patch) { patch.template_id = template_id("bound00001"); });
  foreign.id = plane.make_idle_endpoint();
  EXPECT_EQ(
      refusal(foreign),
      "template bound00001 is bound to endpoint " + endpoint.text() +
          ", which alone can use it; make a template with saveTemplate, or send the settings in template");
  EXPECT_EQ(records_of<answer::EndpointSaved>(
                change([](auto& patch) { patch.template_id = template_id("bound00001"); })),
            0U)
      << "the id of its own may be sent back";
}

TEST_F(Saves, a_free_standing_template_may_be_made_with_an_endpoint) {
  auto make = with("free000001");
  make.with->bound = false;
  const auto told = saved(make);
  EXPECT_TRUE(told.used->bound_endpoint.empty());
  make.with->id = template_id("free000002");
  EXPECT_EQ(refusal(make), "a template named \"own\" already exists; names are unique, choose another");
  saved(with("bound00001"));
  EXPECT_TRUE(is_there("free000001")) << "it stays";
}

TEST(SavesLimits, bound_templates_do_not_count) {
  Limits limits;
  limits.templates_max = 1;
  Plane plane(limits);
  for (int n = 1; n < 4; ++n) {
    command::SaveEndpoint make;
    make.id = EndpointId::parse("endpoint" + std::to_string(n)).value();
    make.create = true;
    make.patch.name = "an endpoint";
    make.with.emplace();
    make.with->id = TemplateId::parse("bound" + std::to_string(n)).value();
    make.with->patch.name = "own";
    plane.ask<answer::EndpointSaved>(make);
    make.id = EndpointId::parse("another" + std::to_string(n)).value();
    make.with->id = TemplateId::parse("free" + std::to_string(n)).value();
    make.with->bound = false;
    EXPECT_EQ(plane.ask<answer::Refused>(make).code, Errc::busy);
  }
}

TEST(SavesTtl, jobs_that_name_none_have_the_ttl_of_their_endpoint) {
  Plane plane;
  EndpointPatch patch;
  patch.workers_max = 0;
  patch.ttl.emplace(milliseconds{20'000});
  const EndpointId endpoint = plane.make_endpoint(patch);
  JobPolicy own;
  own.ttl = milliseconds{60'000};
  const JobId short_one = plane.submit(endpoint), long_one = plane.submit(endpoint, own);
  command::SaveEndpoint change;
  change.id = endpoint;
  change.patch.ttl.emplace();
  plane.ask<answer::EndpointSaved>(change);
  const JobId later = plane.submit(endpoint);
  plane.restart({});
  plane.pass(milliseconds{21'000});
  EXPECT_EQ(plane.ended(short_one)->reason, EndReason::ttl);
  EXPECT_FALSE(plane.ended(long_one) || plane.ended(later));
  plane.pass(milliseconds{40'000});
  EXPECT_EQ(plane.ended(long_one)->reason, EndReason::ttl);
  EXPECT_FALSE(plane.ended(later));
}

TEST(SavesTtl, turn_after_the_ttl_of_the_endpoint_is_refused) {
  Plane plane;
  EndpointPatch patch;
  patch.ttl.emplace(milliseconds{20'000});
  command::SubmitJob job = plane.new_job(plane.make_endpoint(patch));
  job.turn.delay = milliseconds{30'000};
  EXPECT_EQ(plane.ask<answer::Refused>(job).code, Errc::invalid);
}

}  // namespace
}  // namespace pilotlight::core
