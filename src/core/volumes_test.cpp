// Tests of network volumes: what a save may change, what endpoints may name, and what is done about folders.
#include <gtest/gtest.h>

#include "core/control_characters.hpp"
#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

VolumeId volume_id(const std::string& id) {
  return VolumeId::parse(id).value();
}

class NetworkVolumes : public testing::Test {
 protected:
  static command::SaveVolume named(const std::string& id,
                                   std::function<void(NetworkVolumePatch&)> patch = {}) {
    command::SaveVolume save;
    save.id = volume_id(id);
    if (patch) patch(save.patch);
    return save;
  }
  static command::SaveVolume fresh(const std::string& id,
                                   std::function<void(NetworkVolumePatch&)> patch = {}) {
    command::SaveVolume save = named(id);
    save.create = true;
    save.patch.name = "volume " + id;
    save.patch.size_gb = 20;
    save.patch.data_center_id = "EU-RO-1";
    if (patch) patch(save.patch);
    return save;
  }
  NetworkVolume saved(command::SaveVolume save) {
    return *plane.ask<answer::VolumeSaved>(std::move(save)).saved;
  }
  /// The refusal of a command, which must write nothing.
  template <class Command>
  answer::Refused refusal(Command command) {
    const std::size_t before = plane.records.size();
    const auto refused = plane.ask<answer::Refused>(std::move(command));
    EXPECT_EQ(plane.records.size(), before);
    return refused;
  }
  void remove(const std::string& id) {
    plane.ask<answer::Deleted>(command::DeleteVolume{ticket_none, volume_id(id)});
  }
  command::SaveEndpoint endpoint_with(std::function<void(EndpointPatch&)> patch) const {
    command::SaveEndpoint save;
    save.id = endpoint;
    patch(save.patch);
    return save;
  }
  std::string ids() {
    std::string text;
    for (const auto& volume : plane.ask<answer::Catalog>(command::ReadCatalog{}).content->volumes)
      text += volume->id.text() + " ";
    return text;
  }
  template <class Effect>
  std::string folders() {
    std::string text;
    for (const auto& any : plane.effects)
      if (const auto* effect = std::get_if<Effect>(&any)) text += effect->id.text() + " ";
    return text;
  }

  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
};

TEST_F(NetworkVolumes, a_new_one_is_listed_and_gets_its_folder) {
  const NetworkVolume made = saved(fresh("a"));
  EXPECT_EQ(made.name, "volume a");
  EXPECT_EQ(made.size_gb, 20);
  EXPECT_EQ(made.created, plane.now());
  saved(fresh("b"));
  EXPECT_EQ(ids(), "a b ");
  EXPECT_EQ(folders<effect::MakeVolumeFolder>(), "a b ");
  EXPECT_EQ(refusal(fresh("a")).code, Errc::conflict);
}

TEST_F(NetworkVolumes, a_save_changes_what_it_names_and_only_lets_grow) {
  const NetworkVolume made = saved(fresh("a"));
  NetworkVolume grown = saved(named("a", [](auto& patch) { patch.size_gb = 30; }));
  EXPECT_EQ(grown.size_gb, 30);
  grown.size_gb = 20;
  EXPECT_EQ(grown, made);
  EXPECT_EQ(saved(named("a", [](auto& patch) { patch.name = "other"; })).name, "other");
  EXPECT_EQ(refusal(named("a", [](auto& patch) { patch.size_gb = 29; })).message,
            "a network volume only grows: size is 30 and cannot become 29");
  EXPECT_EQ(refusal(named("a", [](auto& patch) { patch.data_center_id = "US-KS-2"; })).code, Errc::invalid);
  EXPECT_EQ(refusal(named("a", [](auto& patch) { patch.type = VolumeType::high_performance; })).code,
            Errc::invalid);
  EXPECT_EQ(refusal(named("b")).code, Errc::not_found);
  const std::size_t before = plane.records.size();
  saved(named("a", [](auto& patch) { patch.size_gb = 30, patch.data_center_id = "EU-RO-1"; }));
  EXPECT_EQ(plane.records.size(), before) << "what changes nothing writes nothing";
}

TEST_F(NetworkVolumes, values_beyond_their_bounds_are_refused) {
  const auto words = [this](std::function<void(NetworkVolumePatch&)> patch) {
    return refusal(fresh("a", std::move(patch))).message;
  };
  EXPECT_EQ(words([](auto& patch) { patch.size_gb = 9; }), "size must be between 10 and 4096");
  EXPECT_EQ(words([](auto& patch) { patch.size_gb = 4097; }), "size must be between 10 and 4096");
  EXPECT_EQ(words([](auto& patch) { patch.size_gb.reset(); }), "size must be between 10 and 4096");
  EXPECT_EQ(words([](auto& patch) { patch.name = ""; }), "name must not be empty");
  EXPECT_EQ(words([](auto& patch) { patch.name = std::string(1'000'000, 'n'); }),
            "name must not have more than 191 bytes");
  EXPECT_EQ(words([](auto& patch) { patch.name = "a\nb"; }), "name must not have control characters");
  EXPECT_EQ(words([](auto& patch) { patch.data_center_id = ""; }), "dataCenterId must not be empty");
  EXPECT_EQ(words([](auto& patch) { patch.data_center_id = "EU\x7f"; }),
            "dataCenterId must not have control characters");
  EXPECT_EQ(ids(), "");
}

TEST_F(NetworkVolumes, names_are_unique_and_free_again_after_deletion) {
  saved(fresh("a", [](auto& patch) { patch.name = "data"; }));
  EXPECT_EQ(refusal(fresh("b", [](auto& patch) { patch.name = "data"; })).code, Errc::conflict);
  saved(fresh("b"));
  EXPECT_EQ(refusal(named("b", [](auto& patch) { patch.name = "data"; })).code, Errc::conflict);
  saved(named("a", [](auto& patch) { patch.name = "moved"; }));
  saved(named("b", [](auto& patch) { patch.name = "data"; }));
  remove("b");
  saved(fresh("c", [](auto& patch) { patch.name = "data"; }));
}

TEST_F(NetworkVolumes, a_deleted_one_is_out_of_sight_until_its_folder_is_gone) {
  saved(fresh("a"));
  remove("a");
  EXPECT_EQ(ids(), "");
  EXPECT_EQ(folders<effect::RemoveVolumeFolder>(), "a ");
  EXPECT_EQ(refusal(named("a")).code, Errc::not_found);
  EXPECT_EQ(refusal(command::DeleteVolume{ticket_none, volume_id("a")}).code, Errc::not_found);
  EXPECT_EQ(refusal(fresh("a")).code, Errc::conflict) << "its id is not free";
  plane.apply(command::VolumeFolderRemoved{volume_id("a")});
  EXPECT_TRUE(std::holds_alternative<record::VolumeRemoved>(plane.records.back()));
  const std::size_t before = plane.records.size();
  plane.apply(command::VolumeFolderRemoved{volume_id("a")});
  plane.apply(command::VolumeFolderRemoved{volume_id("never")});
  EXPECT_EQ(plane.records.size(), before);
}

TEST_F(NetworkVolumes, a_report_about_a_volume_in_sight_removes_nothing) {
  saved(fresh("a"));
  plane.apply(command::VolumeFolderRemoved{volume_id("a")});
  EXPECT_EQ(ids(), "a ");
}

TEST_F(NetworkVolumes, restart_keeps_them_and_goes_on_with_their_folders) {
  saved(fresh("b"));
  plane.pass(milliseconds{5});
  saved(fresh("a"));
  saved(fresh("c"));
  remove("c");
  plane.effects.clear();
  plane.restart({});
  EXPECT_EQ(ids(), "b a ");
  EXPECT_EQ(folders<effect::MakeVolumeFolder>(), "b a ");
  EXPECT_EQ(folders<effect::RemoveVolumeFolder>(), "c ");
  EXPECT_EQ(refusal(fresh("d", [](auto& patch) { patch.name = "volume a"; })).code, Errc::conflict);
}

TEST_F(NetworkVolumes, one_that_an_endpoint_names_is_not_deleted) {
  saved(fresh("a"));
  saved(fresh("b", [](auto& patch) { patch.data_center_id = "US-KS-2"; }));
  const auto both = endpoint_with([](auto& patch) {
    patch.network_volume_id = "a";
    patch.network_volume_ids = {"a", "b"};
  });
  plane.ask<answer::EndpointSaved>(both);
  for (const char* id : {"a", "b"})
    EXPECT_EQ(refusal(command::DeleteVolume{ticket_none, volume_id(id)}).message,
              std::string("network volume ") + id +
                  " is in use by endpoint endpoint1; take it out of the "
                  "endpoint, or delete the endpoint, first");
  plane.ask<answer::EndpointSaved>(endpoint_with([](auto& patch) {
    patch.network_volume_id = "";
    patch.network_volume_ids = {"b"};
  }));
  remove("a");
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, endpoint, true});
  remove("b");
}

TEST_F(NetworkVolumes, starts_of_workers_tell_whether_the_endpoint_names_some) {
  saved(fresh("a"));
  const auto told = [this](std::string one, std::vector<std::string> several) {
    plane.effects.clear();
    plane.ask<answer::EndpointSaved>(endpoint_with([&](auto& patch) {
      patch.workers_min = patch.workers_max = 1;
      patch.network_volume_id = std::move(one);
      patch.network_volume_ids = std::move(several);
    }));
    for (const WorkerId& worker : plane.stopped()) plane.apply(command::WorkerExited{worker, 0, 0, ""});
    const auto starts = plane.all<effect::StartWorker>();
    return starts.empty() ? std::optional<bool>() : starts.back().names_volumes;
  };
  EXPECT_EQ(told("", {}), false);
  EXPECT_EQ(told("a", {}), true);
  EXPECT_EQ(told("", {"a"}), true);
}

TEST_F(NetworkVolumes, an_endpoint_is_read_with_its_own_alone) {
  saved(fresh("a"));
  saved(fresh("b"));
  plane.ask<answer::EndpointSaved>(endpoint_with([](auto& patch) { patch.network_volume_ids = {"b"}; }));
  const auto one = plane.ask<answer::Catalog>(command::ReadCatalog{ticket_none, endpoint}).content;
  ASSERT_EQ(one->volumes.size(), 1U);
  EXPECT_EQ(one->volumes.front()->id, volume_id("b"));
  const command::ReadCatalog only_a{ticket_none, {}, {}, volume_id("a")};
  const auto a = plane.ask<answer::Catalog>(only_a).content;
  ASSERT_EQ(a->volumes.size(), 1U);
  EXPECT_TRUE(a->templates.empty() && a->endpoints.empty());
  const command::ReadCatalog nobody{ticket_none, {}, {}, volume_id("nobody")};
  EXPECT_TRUE(plane.ask<answer::Catalog>(nobody).content->volumes.empty());
}

TEST_F(NetworkVolumes, an_endpoint_names_one_that_is_there_in_each_data_center) {
  const auto words = [this](std::function<void(EndpointPatch&)> patch) {
    return refusal(endpoint_with(std::move(patch))).message;
  };
  EXPECT_EQ(words([](auto& patch) { patch.network_volume_id = "nobody"; }),
            "network volume \"nobody\" not found");
  EXPECT_EQ(words([](auto& patch) { patch.network_volume_ids = {"../../etc"}; }),
            "network volume not found: an id has at most 15 characters of a-z and 0-9");
  saved(fresh("a"));
  saved(fresh("b"));
  EXPECT_EQ(words([](auto& patch) {
              patch.network_volume_ids = {"a", "b"};
            }),
            "network volumes a and b are both in data center EU-RO-1; an endpoint takes one volume in each "
            "data center");
  EXPECT_EQ(words([](auto& patch) { patch.network_volume_ids = std::vector<std::string>(101, "a"); }),
            "an endpoint names at most 100 network volumes");
  plane.ask<answer::EndpointSaved>(endpoint_with([](auto& patch) {
    patch.network_volume_id = "a";
    patch.network_volume_ids = {"a"};
  }));
  EXPECT_EQ(words([](auto& patch) {
              patch.network_volume_ids = {"a", ""};
            }),
            "networkVolumeIds must not have an empty id");
  EXPECT_EQ(words([](auto& patch) {
              patch.network_volume_ids = {"a", "a"};
            }),
            "networkVolumeIds names network volume a twice");
  remove("b");
  EXPECT_EQ(words([](auto& patch) { patch.network_volume_ids = {"b"}; }), "network volume \"b\" not found");
}

/// As versions without volumes kept them.
TEST_F(NetworkVolumes, ids_that_are_nobodys_stay_and_are_sent_back) {
  Endpoint old;
  old.id = *EndpointId::parse("old");
  old.name = "old";
  old.template_id = *TemplateId::parse("template01");
  old.network_volume_id = "nobodys123";
  old.network_volume_ids = {"NOT AN ID", "other"};
  plane.records.push_back(record::EndpointSaved{old, false});
  plane.restart({});
  const auto save = [&old](std::function<void(EndpointPatch&)> patch) {
    command::SaveEndpoint change;
    change.id = old.id;
    patch(change.patch);
    return change;
  };
  const std::size_t before = plane.records.size();
  plane.ask<answer::EndpointSaved>(save([&old](auto& patch) {
    patch.network_volume_id = old.network_volume_id;
    patch.network_volume_ids = old.network_volume_ids;
  }));
  EXPECT_EQ(plane.records.size(), before);
  saved(fresh("a"));
  const auto kept = plane.ask<answer::EndpointSaved>(save([](auto& patch) {
    patch.network_volume_ids = {"a", "NOT AN ID", "nobodys123"};
  }));
  EXPECT_EQ(kept.saved->network_volume_ids.size(), 3U);
  EXPECT_EQ(refusal(save([](auto& patch) { patch.network_volume_id = "other"; })).message,
            "network volume \"other\" not found");
}

TEST(ControlCharacters, are_those_of_ascii_and_of_latin_1) {
  for (const char* text : {"a\nb", "\x1b[2J", "\x7f", "\xc2\x85", "\t"})
    EXPECT_TRUE(has_control_characters(text)) << text;
  for (const char* text : {"", "plain text", "\xc3\xa4", "\xc2\xa0", "\xf0\x9f\x98\x80"})
    EXPECT_FALSE(has_control_characters(text)) << text;
}

}  // namespace
}  // namespace pilotlight::core
