#include "dev/folder_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

struct FolderWatchTest : testing::Test {
  FolderWatchTest() {
    char name[] = "/tmp/pilotlight-watch-XXXXXX";
    root = ::mkdtemp(name);
    write("handler.py");
  }
  ~FolderWatchTest() override { fs::remove_all(root); }

  void write(const std::string& path, const std::string& text = "x") const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }

  /// The changes that the watch has noticed by now, as if all were quiet.
  static Paths seen(FolderWatch& watch) {
    watch.look(now());
    return watch.take(now() + FolderWatch::quiet);
  }
  static SteadyTime now() { return std::chrono::steady_clock::now(); }

  fs::path root;
};

TEST_F(FolderWatchTest, reports_a_file_that_is_written) {
  FolderWatch watch(root, {});
  EXPECT_TRUE(seen(watch).empty());
  write("handler.py", "y");
  pollfd readable{watch.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 1000), 1);
  EXPECT_EQ(seen(watch), Paths{"handler.py"});
  EXPECT_TRUE(seen(watch).empty()) << "once";
}

TEST_F(FolderWatchTest, reports_a_file_that_is_replaced_or_removed) {
  FolderWatch watch(root, {});
  write(".handler.py.swp", "new");
  fs::rename(root / ".handler.py.swp", root / "handler.py");
  EXPECT_EQ(seen(watch), Paths{"handler.py"});
  fs::remove(root / "handler.py");
  EXPECT_EQ(seen(watch), Paths{"handler.py"});
  fs::create_symlink("elsewhere", root / "handler.py");
  EXPECT_EQ(seen(watch), Paths{"handler.py"});
}

TEST_F(FolderWatchTest, reports_files_in_new_and_moved_folders) {
  FolderWatch watch(root, {});
  write("a/b/c.py");
  EXPECT_EQ(seen(watch), Paths{"a/b/c.py"});
  write("a/b/d.py");
  EXPECT_EQ(seen(watch), Paths{"a/b/d.py"});
  fs::rename(root / "a", root / "z");
  EXPECT_EQ(seen(watch), (Paths{"a", "z"}));
  write("z/b/d.py", "y");
  EXPECT_EQ(seen(watch), Paths{"z/b/d.py"});
  fs::create_directory(root / "empty");
  EXPECT_TRUE(seen(watch).empty());
}

TEST_F(FolderWatchTest, leaves_out_what_is_ignored) {
  write(".gitignore", "*.log\n");
  write("src/.gitignore", "/made\n");
  FolderWatch watch(root, {"outputs"});
  for (const char* path : {"a.log", "src/made", ".git/index", "__pycache__/x.py", ".venv/bin/python",
                           "outputs/1.png", ".pilotlight-dev/server.log", "handler.py~"})
    write(path);
  EXPECT_TRUE(seen(watch).empty());
  write("src/x.py");
  EXPECT_EQ(seen(watch), Paths{"src/x.py"});
}

TEST_F(FolderWatchTest, follows_a_change_of_what_is_ignored) {
  FolderWatch watch(root, {});
  write(".gitignore", "*.log\n");
  EXPECT_EQ(seen(watch), Paths{".gitignore"});
  write("a.log");
  EXPECT_TRUE(seen(watch).empty());
}

TEST_F(FolderWatchTest, makes_one_change_of_many_until_it_is_quiet) {
  FolderWatch watch(root, {});
  const SteadyTime start = now();
  for (int i = 0; i < 100; ++i) write("file" + std::to_string(i));
  watch.look(start);
  EXPECT_TRUE(watch.take(start).empty());
  EXPECT_EQ(watch.due(), start + FolderWatch::quiet);
  write("handler.py", "again");
  watch.look(start + FolderWatch::quiet / 2);
  EXPECT_TRUE(watch.take(start + FolderWatch::quiet).empty());
  EXPECT_EQ(watch.take(start + FolderWatch::quiet * 2).size(), 101U);
  EXPECT_FALSE(watch.due());
}

TEST_F(FolderWatchTest, reports_a_storm_that_does_not_end) {
  FolderWatch watch(root, {});
  const SteadyTime start = now();
  SteadyTime time = start;
  Paths reported;
  for (; reported.empty() && time < start + FolderWatch::patience * 2; time += FolderWatch::quiet / 2) {
    write("handler.py");
    watch.look(time);
    reported = watch.take(time);
  }
  EXPECT_EQ(reported, Paths{"handler.py"});
  EXPECT_GE(time, start + FolderWatch::patience);
}

TEST_F(FolderWatchTest, knows_files_by_time_size_and_inode) {
  write("a");
  const FileMarks before = marks_of(root, {});
  EXPECT_EQ(before.size(), 2U);
  write("a", "longer");
  EXPECT_NE(marks_of(root, {}).at("a"), before.at("a"));
  EXPECT_EQ(marks_of(root, {}).at("handler.py"), before.at("handler.py"));
}

}  // namespace
}  // namespace pilotlight::dev
