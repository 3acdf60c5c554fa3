#include "keeper/worker/cgroup.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/testing/files.hpp"
#include "keeper/testing/test_keeper.hpp"
#include "keeper/worker/spawn.hpp"

namespace pilotlight::keeper {
namespace {

using namespace testing;

/// A tree with these files, as a kernel would show it.
struct Tree : TempFolder {
  explicit Tree(std::initializer_list<const char*> files) {
    for (const std::string file : files) {
      std::filesystem::create_directories(path + "/" + file.substr(0, file.rfind('/') + 1));
      write_text(path + "/" + file, "");
    }
  }
};

const char* const own = "6:freezer,cpu:/slice/us\n8:pids:/\n0::/user.slice/us\n";

TEST(CgroupPlace, is_the_v2_tree_where_there_is_one) {
  const Tree pure{"cgroup.controllers", "cgroup.procs"};
  EXPECT_EQ(find_cgroup_place(pure.path, CgroupChoice::automatic, own)->folder, pure.path);
  const Tree hybrid{"unified/cgroup.controllers", "unified/cgroup.procs", "freezer/cgroup.procs"};
  const auto place = find_cgroup_place(hybrid.path, CgroupChoice::automatic, own);
  EXPECT_EQ(place->kind, CgroupKind::v2);
  EXPECT_EQ(place->folder, hybrid.path + "/unified");
}

TEST(CgroupPlace, is_below_our_own_cgroup_where_that_is_visible) {
  const Tree v2{"cgroup.controllers", "user.slice/us/cgroup.procs"};
  EXPECT_EQ(find_cgroup_place(v2.path, CgroupChoice::v2, own)->folder, v2.path + "/user.slice/us");
  const Tree v1{"freezer/cgroup.procs", "freezer/slice/us/cgroup.procs"};
  EXPECT_EQ(find_cgroup_place(v1.path, CgroupChoice::v1, own)->folder, v1.path + "/freezer/slice/us");
}

TEST(CgroupPlace, is_the_best_v1_controller_otherwise) {
  const Tree freezer{"freezer/cgroup.procs", "pids/cgroup.procs"};
  EXPECT_EQ(find_cgroup_place(freezer.path, CgroupChoice::automatic, own)->kind, CgroupKind::v1_freezer);
  const Tree memory{"memory/cgroup.procs"};
  const auto place = find_cgroup_place(memory.path, CgroupChoice::automatic, own);
  EXPECT_EQ(place->kind, CgroupKind::v1);
  EXPECT_EQ(place->folder, memory.path + "/memory");
}

TEST(CgroupPlace, is_refused_with_a_reason) {
  const Tree empty{"x"};
  EXPECT_FALSE(find_cgroup_place(empty.path, CgroupChoice::automatic, own));
  EXPECT_FALSE(find_cgroup_place("/no/such/folder", CgroupChoice::v2, own));
  EXPECT_EQ(find_cgroup_place(empty.path, CgroupChoice::off, own).error().message, "cgroups are off");
}

TEST(Cgroup, of_v2_is_killed_by_its_own_file) {
  const Tree tree{"w1/cgroup.procs", "w1/cgroup.kill"};
  const auto cgroup = Cgroup::make(CgroupKind::v2, tree.path + "/w1");
  ASSERT_TRUE(cgroup);
  EXPECT_TRUE((*cgroup)->empty());
  (*cgroup)->kill();
  EXPECT_EQ(read_text(tree.path + "/w1/cgroup.kill"), "1");
  write_text(tree.path + "/w1/cgroup.procs", "123\n");
  EXPECT_FALSE((*cgroup)->empty());
}

pid_t sleeper() {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::pause();
    ::_exit(0);
  }
  return pid;
}

TEST(Cgroup, without_such_a_file_is_killed_process_by_process) {
  for (const auto kind : {CgroupKind::v2, CgroupKind::v1_freezer, CgroupKind::v1}) {
    const Tree tree{"w1/cgroup.procs", "w1/freezer.state"};
    const auto cgroup = Cgroup::make(kind, tree.path + "/w1");
    const pid_t pid = sleeper();
    write_text(tree.path + "/w1/cgroup.procs", std::to_string(pid) + "\n");
    (*cgroup)->kill();
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_EQ(read_text(tree.path + "/w1/freezer.state"), kind == CgroupKind::v1_freezer ? "THAWED" : "");
  }
}

/// The real trees of this machine.
class RealCgroup : public ::testing::TestWithParam<CgroupChoice> {
 protected:
  std::optional<CgroupPlace> place() {
    auto found = find_cgroup_place("/sys/fs/cgroup", GetParam(), read_text("/proc/self/cgroup"));
    if (!found || ::access(found->folder.c_str(), W_OK) != 0) return std::nullopt;
    return *found;
  }
};
INSTANTIATE_TEST_SUITE_P(ByKind, RealCgroup, ::testing::Values(CgroupChoice::v1, CgroupChoice::v2));

TEST_P(RealCgroup, kills_what_entered_it_and_the_pool_has_one_after) {
  const auto found = place();
  if (!found) GTEST_SKIP() << "no such cgroups to be had here";
  auto pool = CgroupPool::open(*found, "test-" + std::to_string(::getpid()));
  ASSERT_TRUE(pool) << pool.error().message;
  auto cgroup = (*pool)->take();
  ASSERT_TRUE(cgroup);
  const pid_t pid = ::fork();
  if (pid == 0) {
    (void)!::write(cgroup->procs_fd(), "0", 1);
    (void)::fork();  // both are in it
    for (;;) ::pause();
  }
  ASSERT_TRUE(eventually([&] { return !cgroup->empty(); }));
  EXPECT_TRUE(eventually([&] {
    cgroup->kill();
    ::waitpid(pid, nullptr, WNOHANG);
    return cgroup->empty();
  }));
  (*pool)->give_back(std::move(cgroup));
  EXPECT_TRUE((*pool)->take());
}

TEST_P(RealCgroup, a_process_is_made_in_it_however_often_it_was_used) {
  const auto found = place();
  if (!found) GTEST_SKIP() << "no such cgroups to be had here";
  auto pool = CgroupPool::open(*found, "test-" + std::to_string(::getpid()));
  ASSERT_TRUE(pool) << pool.error().message;
  for (const bool by_writing : {false, false, true, true}) {
    auto cgroup = (*pool)->take();
    EXPECT_EQ(cgroup->folder_fd() >= 0, found->kind == CgroupKind::v2);
    SpawnPlan plan;
    plan.command = {"/bin/sleep", "100"};
    plan.cgroup_procs = cgroup->procs_fd();
    plan.cgroup_folder = by_writing ? -1 : cgroup->folder_fd();
    auto spawned = spawn(plan);
    ASSERT_TRUE(spawned);
    std::string why;
    EXPECT_TRUE(eventually([&] { return spawn_outcome(*spawned, why) == SpawnOutcome::running; }));
    EXPECT_FALSE(cgroup->empty());
    EXPECT_EQ(::waitpid(spawned->pid, nullptr, WNOHANG), 0) << "it lives";
    EXPECT_TRUE(eventually([&] {
      cgroup->kill();
      ::waitpid(spawned->pid, nullptr, WNOHANG);
      return cgroup->empty();
    }));
    (*pool)->give_back(std::move(cgroup));
  }
}

TEST_P(RealCgroup, pools_of_keepers_that_are_gone_are_removed) {
  const auto found = place();
  if (!found) GTEST_SKIP() << "no such cgroups to be had here";
  const std::string abandoned = found->folder + "/pilotlight-gone-" + std::to_string(::getpid());
  std::filesystem::create_directories(abandoned + "/w1");
  auto first = CgroupPool::open(*found, "test1-" + std::to_string(::getpid()));
  auto second = CgroupPool::open(*found, "test2-" + std::to_string(::getpid()));
  EXPECT_FALSE(std::filesystem::exists(abandoned));
  ASSERT_TRUE(first && second);
  EXPECT_TRUE((*first)->take());
}

}  // namespace
}  // namespace pilotlight::keeper
