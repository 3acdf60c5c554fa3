#include "service/definitions/volume_folders.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <future>

#include "base/testing/files.hpp"

namespace pilotlight::service {
namespace {

namespace fs = std::filesystem;

class VolumeFoldersTest : public ::testing::Test {
 protected:
  static VolumeId id(const char* text) { return *VolumeId::parse(text); }

  /// Folders whose work is done one after the other: once the removal of `last`, which is never there, is
  /// reported, all before it is done.
  struct Work {
    explicit Work(const std::string& place)
        : folders(place, [this](VolumeId gone) {
            if (gone == *VolumeId::parse("last"))
              done.set_value();
            else
              reported += gone.text() + " ";
          }) {}
    void finish() {
      folders.remove(*VolumeId::parse("last"));
      done.get_future().wait();
    }

    std::string reported;
    std::promise<void> done;
    VolumeFolders folders;
  };

  pilotlight::testing::TempFolder data;
  const std::string place = data.path + "/volumes";
};

TEST_F(VolumeFoldersTest, folder_is_made_for_the_server_alone) {
  Work work(place);
  work.folders.make(id("a"));
  work.folders.make(id("a"));
  work.finish();
  struct stat status {};
  ASSERT_EQ(::stat((place + "/a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(VolumeFoldersTest, folder_that_is_there_keeps_what_is_in_it) {
  fs::create_directories(place + "/a");
  pilotlight::testing::write_text(place + "/a/file", "kept");
  Work work(place);
  work.folders.make(id("a"));
  work.finish();
  EXPECT_EQ(pilotlight::testing::read_text(place + "/a/file"), "kept");
}

TEST_F(VolumeFoldersTest, removal_takes_the_folder_and_follows_no_link) {
  fs::create_directories(data.path + "/elsewhere");
  pilotlight::testing::write_text(data.path + "/elsewhere/file", "kept");
  fs::create_directories(place + "/a/b/c");
  fs::create_directories(place + "/other");
  pilotlight::testing::write_text(place + "/a/b/file", "gone");
  fs::create_directory_symlink(data.path + "/elsewhere", place + "/a/link");
  fs::create_directory_symlink(data.path + "/elsewhere", place + "/c");
  Work work(place);
  work.folders.remove(id("a"));
  work.folders.remove(id("c"));
  work.finish();
  EXPECT_EQ(work.reported, "a c ");
  EXPECT_FALSE(fs::exists(place + "/a") || fs::exists(fs::symlink_status(place + "/c")));
  EXPECT_TRUE(fs::exists(place + "/other"));
  EXPECT_EQ(pilotlight::testing::read_text(data.path + "/elsewhere/file"), "kept");
}

TEST_F(VolumeFoldersTest, removal_goes_on_where_an_earlier_one_ended) {
  fs::create_directories(place + "/.removing-a/rest");
  fs::create_directories(place + "/b");
  fs::create_directories(place + "/.removing-b/rest");
  Work work(place);
  work.folders.remove(id("a"));
  work.folders.remove(id("b"));
  work.finish();
  EXPECT_EQ(work.reported, "a b ");
  EXPECT_TRUE(fs::is_empty(place));
}

TEST_F(VolumeFoldersTest, removal_that_is_broken_off_is_not_reported) {
  for (int i = 0; i < 2000; ++i) fs::create_directories(place + "/a/" + std::to_string(i));
  std::string reported;
  {
    VolumeFolders folders(place, [&reported](VolumeId gone) { reported += gone.text(); });
    folders.remove(id("a"));
  }
  const bool gone = fs::is_empty(place);
  EXPECT_EQ(reported, gone ? "a" : "");
  Work work(place);
  work.folders.remove(id("a"));
  work.finish();
  EXPECT_TRUE(fs::is_empty(place));
}

TEST_F(VolumeFoldersTest, removal_without_a_folder_is_reported) {
  Work work(place);
  work.folders.remove(id("a"));
  work.finish();
  EXPECT_EQ(work.reported, "a ");
}

TEST_F(VolumeFoldersTest, calls_are_carried_out_in_their_order) {
  Work work(place);
  for (int i = 0; i < 50; ++i) {
    work.folders.make(id("a"));
    work.folders.remove(id("a"));
  }
  work.folders.make(id("b"));
  work.finish();
  EXPECT_FALSE(fs::exists(place + "/a"));
  EXPECT_TRUE(fs::exists(place + "/b"));
}

TEST_F(VolumeFoldersTest, strangers_are_left_alone) {
  fs::create_directories(place + "/stranger/full");
  fs::create_directories(place + "/.removing-stranger");
  fs::create_directories(place + "/new\nline");
  Work work(place);
  work.folders.tell_strangers({id("a")});
  work.folders.make(id("a"));
  work.finish();
  for (const char* name : {"/stranger/full", "/.removing-stranger", "/new\nline", "/a"})
    EXPECT_TRUE(fs::exists(place + name)) << name;
}

TEST_F(VolumeFoldersTest, file_in_the_place_of_a_folder_is_not_touched) {
  fs::create_directories(place);
  pilotlight::testing::write_text(place + "/a", "a file");
  Work work(place);
  work.folders.make(id("a"));
  work.finish();
  EXPECT_EQ(pilotlight::testing::read_text(place + "/a"), "a file");
}

}  // namespace
}  // namespace pilotlight::service
