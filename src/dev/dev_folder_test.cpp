#include "dev/dev_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;

struct DevFolderTest : testing::Test {
  DevFolderTest() {
    char name[] = "/tmp/pilotlight-folder-XXXXXX";
    root = ::mkdtemp(name);
    path = root / ".pilotlight-dev";
  }
  ~DevFolderTest() override { fs::remove_all(root); }

  fs::path root, path;
};

TEST_F(DevFolderTest, is_private_ignored_by_git_and_goes_at_the_end) {
  {
    const auto folder = DevFolder::take(root);
    ASSERT_TRUE(folder) << folder.error().message;
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    std::string line;
    std::getline(std::ifstream(path / ".gitignore") >> std::ws, line);
    EXPECT_EQ(line, "*");
    fs::create_directories(folder->data() + "/a/b");
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(DevFolderTest, goes_though_somebody_still_writes_into_it) {
  std::thread writer;
  {
    const auto folder = DevFolder::take(root);
    ASSERT_TRUE(folder) << folder.error().message;
    const fs::path inside = path / "data/work";
    fs::create_directories(inside);
    const auto write = [inside](int from, int to) {
      for (int i = from; i < to; ++i) std::ofstream(inside / std::to_string(i)) << i;
    };
    write(0, 2'000);  // their removal takes so long that others come meanwhile
    writer = std::thread(write, 2'000, 4'000);
  }
  writer.join();
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(DevFolderTest, stays_if_it_is_kept_and_can_be_taken_again) {
  for (int i = 0; i < 2; ++i) {
    auto folder = DevFolder::take(root);
    ASSERT_TRUE(folder) << folder.error().message;
    folder->keep();
    std::ofstream(path / "data.txt") << i;
  }
  EXPECT_TRUE(fs::exists(path / "data.txt"));
}

TEST_F(DevFolderTest, says_who_holds_it) {
  auto first = DevFolder::take(root);
  ASSERT_TRUE(first);
  EXPECT_NE(DevFolder::take(root).error().message.find("process " + std::to_string(::getpid())),
            std::string::npos);
  first->say("process 1, http://127.0.0.1:1");
  EXPECT_NE(DevFolder::take(root).error().message.find("runs here: process 1, http://127.0.0.1:1;"),
            std::string::npos);
}

TEST_F(DevFolderTest, publishes_variables_until_it_is_taken_again) {
  {
    auto folder = DevFolder::take(root);
    ASSERT_TRUE(folder);
    folder->keep();
    ASSERT_TRUE(folder->publish("A=1\n"));
    EXPECT_EQ(fs::file_size(path / "data/dev.env"), 4U);
    EXPECT_EQ(fs::status(path / "data/dev.env").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
  }
  const auto again = DevFolder::take(root);
  EXPECT_FALSE(fs::exists(path / "data/dev.env"));
}

TEST_F(DevFolderTest, is_no_link_no_file_and_of_nobody_else) {
  fs::create_directory(root / "elsewhere");
  fs::create_directory_symlink(root / "elsewhere", path);
  EXPECT_NE(DevFolder::take(root).error().message.find("cannot use"), std::string::npos);
  EXPECT_TRUE(fs::is_empty(root / "elsewhere"));
  fs::remove(path);
  std::ofstream(path) << "a file";
  EXPECT_NE(DevFolder::take(root).error().message.find("cannot use"), std::string::npos);
  fs::remove(path);
  EXPECT_NE(DevFolder::take(root / "nothing").error().message.find("cannot make"), std::string::npos);
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  fs::create_directory(path);
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_NE(DevFolder::take(root).error().message.find("belongs to user 65534"), std::string::npos);
}

TEST_F(DevFolderTest, that_others_could_read_is_closed) {
  fs::create_directory(path);
  fs::permissions(path, fs::perms::all);
  ASSERT_TRUE(DevFolder::take(root));
}

}  // namespace
}  // namespace pilotlight::dev
