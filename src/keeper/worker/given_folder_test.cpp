#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "keeper/testing/test_keeper.hpp"

namespace pilotlight::keeper {
namespace {

namespace fs = std::filesystem;
using namespace testing;

constexpr uid_t nobody = 65534;

/// A folder as a template gives it, reachable for everybody, with the keeper's data folder inside.
struct Given {
  Given() {
    fs::permissions(top.path, fs::perms(0755));
    for (const char* folder : {"", "/outputs", "/src", "/src/deep", "/.venv"})
      fs::create_directory(path + folder);
    write_text(path + "/config.json", "given");
    write_text(path + "/outputs/old", "given");
    write_text(path + "/src/handler.py", "handler");
    write_text(path + "/.venv/python", "python");
    for (const char* ghost : {"/.runpod_jobs.pkl", "/src/.runpod_jobs.pkl", "/src/deep/.runpod_jobs.pkl"})
      write_text(path + ghost, "ghost");
  }
  void belongs_to(uid_t user) const {
    for (const auto& entry : fs::recursive_directory_iterator(top.path))
      if (::lchown(entry.path().c_str(), user, user) != 0) std::abort();
    if (::chown(top.path.c_str(), user, user) != 0) std::abort();
  }
  /// Every file but those of the data folder: path and text.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (auto it = fs::recursive_directory_iterator(path); it != fs::recursive_directory_iterator(); ++it) {
      if (it->path() == data)
        it.disable_recursion_pending();
      else if (it->is_regular_file())
        all[it->path().string()] = read_text(it->path().string());
    }
    return all;
  }

  TempFolder top;
  const std::string path = top.path + "/a, b:c\\d";  // the signs that options of mounts are made of
  const std::string data = path + "/pilotlight-data";
};

StartRequest in(const Given& given, const std::string& script, std::vector<std::string> kept = {}) {
  StartRequest request = shell(script);
  request.folder = given.path;
  request.kept = std::move(kept);
  return request;
}

std::string output_of(const TestServer& server, const char* id, const StartRequest& request) {
  server.start(worker_id(id), request);
  return server.wait_for<Exited>().value().detail;
}

/// Who runs keeper and workers, and the form of the folder that comes of it.
struct Means {
  const char* name;
  TestKeeperOptions options;
  bool overlay;
};
class OwnFolder : public ::testing::TestWithParam<Means> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
#ifdef __SANITIZE_THREAD__
    if (GetParam().options.as == std::to_string(nobody))
      GTEST_SKIP() << "only a process of one thread may make a user namespace; the sanitizer has one more";
#endif
    if (!GetParam().options.as.empty() || !GetParam().options.user.empty()) given.belongs_to(nobody);
  }
  TestKeeperOptions options() const {
    TestKeeperOptions options = GetParam().options;
    options.data = given.data;
    return options;
  }
  Given given;
};
INSTANTIATE_TEST_SUITE_P(
    By, OwnFolder,
    ::testing::Values(Means{"overlay", {.folder = "overlay"}, true},
                      Means{"overlay_of_an_ordinary_user", {.folder = "overlay", .as = "65534"}, true},
                      Means{"overlay_for_another_user", {.user = "nobody", .folder = "overlay"}, true},
                      Means{"copy", {.folder = "copy"}, false},
                      Means{"copy_for_another_user", {.user = "nobody", .folder = "copy"}, false},
                      Means{"auto_in_a_container", {.as = "container"}, false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_P(OwnFolder, takes_what_a_worker_writes_and_hides_what_it_may_not_see) {
  TestKeeper keeper(options());
  const TestServer server = keeper.ready_server();
  const auto before = given.files();
  const StartRequest request =
      in(given,
         "pwd; cat config.json; echo; ls -A; ls -A src src/deep; cat .venv/python; echo; "
         "echo mine > config.json; rm -r outputs; mkdir outputs; ls -A outputs; "
         "echo mine > outputs/new; cd src; echo mine > .runpod_jobs.pkl; cat ../config.json");
  for (const char* worker : {"w1", "w2"}) {
    const std::string where = GetParam().overlay ? given.path : given.data + "/work/" + worker;
    EXPECT_EQ(
        output_of(server, worker, request),
        where +
            "\ngiven\n.venv\nconfig.json\noutputs\nsrc\nsrc:\ndeep\nhandler.py\n\nsrc/deep:\npython\nmine")
        << keeper.errors();
  }
  EXPECT_EQ(given.files(), before);
}

TEST_P(OwnFolder, keeps_what_is_written_into_the_kept_paths) {
  TestKeeper keeper(options());
  const TestServer server = keeper.ready_server();
  const StartRequest request =
      in(given, "echo >> outputs/log; echo >> made/here/log; echo >> config.json; wc -l < outputs/log",
         {"outputs", "made/here"});
  EXPECT_EQ(output_of(server, "w1", request), "1");
  EXPECT_EQ(output_of(server, "w2", request), "2");
  EXPECT_EQ(read_text(given.path + "/made/here/log"), "\n\n");
  EXPECT_EQ(read_text(given.path + "/config.json"), "given");
}

TEST_P(OwnFolder, leaves_no_mount_and_no_file_behind) {
  TestKeeper keeper(options());
  const TestServer server = keeper.ready_server();
  output_of(server, "w1", in(given, "mkdir -p a/b; echo > a/b/c; chmod 500 a/b; chmod 0 a; rm -r src"));
  EXPECT_TRUE(eventually([&] { return !fs::exists(given.data + "/work/w1"); }));
  const std::string mounts = read_text("/proc/" + std::to_string(keeper.pid()) + "/mountinfo");
  EXPECT_EQ(mounts.find(" overlay pilotlight "), std::string::npos);
}

TEST(GivenFolder, as_links_hides_the_data_folder_and_kept_jobs) {
  const Given given;
  TestKeeper keeper({.data = given.data, .folder = "link"});
  const TestServer server = keeper.ready_server();
  const std::string seen =
      output_of(server, "w1", in(given, "ls -A . src src/deep; echo mine > made; readlink src/handler.py"));
  EXPECT_EQ(seen, ".:\n.venv\nconfig.json\noutputs\nsrc\n\nsrc:\ndeep\nhandler.py\n\nsrc/deep:\n" +
                      given.path + "/src/handler.py");
  EXPECT_FALSE(fs::exists(given.path + "/made"));
}

TEST(GivenFolder, is_copied_without_git_and_sockets) {
  const Given given;
  fs::create_directory(given.path + "/.git");
  fs::create_symlink("../beside", given.path + "/out");
  fs::create_symlink(given.path + "/config.json", given.path + "/in");
  fs::permissions(given.path + "/config.json", fs::perms(0750));
  ::mkfifo((given.path + "/pipe").c_str(), 0600);
  write_text(given.path + "/sparse", "x");
  fs::resize_file(given.path + "/sparse", 1 << 30);
  write_text(given.top.path + "/beside", "beside");
  TestKeeper keeper({.data = given.data, .folder = "copy", .copy_max = 1 << 20});
  const TestServer server = keeper.ready_server();
  const std::string seen =
      output_of(server, "w1",
                in(given,
                   "ls -A; cat out; echo; readlink in; stat -c %a config.json; stat -c %s sparse; "
                   "[ $(stat -c %b sparse) -lt 100 ] && echo small"));
  EXPECT_EQ(seen, ".venv\nconfig.json\nin\nout\noutputs\nsparse\nsrc\nbeside\n" + given.data +
                      "/work/w1/config.json\n750\n1073741824\nsmall");
}

TEST(GivenFolder, that_is_too_large_for_a_copy_is_refused_with_the_way_out) {
  const Given given;
  write_text(given.path + "/model", std::string(3 << 20, 'x'));
  TestKeeper keeper({.data = given.data, .folder = "copy", .copy_max = 2 << 20});
  const TestServer server = keeper.ready_server();
  const std::string why = output_of(server, "w1", in(given, "true"));
  EXPECT_NE(why.find("2 MiB of worker-folder-copy-max"), std::string::npos) << why;
  EXPECT_NE(why.find("PILOTLIGHT_KEEP"), std::string::npos) << why;
  EXPECT_EQ(output_of(server, "w2", in(given, "ls model", {"model"})), "model");
}

TEST(GivenFolder, that_cannot_be_given_is_refused_in_words) {
  const Given given;
  TestKeeper keeper({.data = given.data});
  const TestServer server = keeper.ready_server();
  auto refused = [&, n = 0](const std::string& folder, std::vector<std::string> kept = {}) mutable {
    StartRequest request = shell("echo ran");
    request.folder = folder;
    request.kept = std::move(kept);
    return output_of(server, ("w" + std::to_string(++n)).c_str(), request);
  };
  EXPECT_EQ(refused("/no/such"), "cannot read the folder /no/such: No such file or directory");
  EXPECT_EQ(refused(given.path + "/config.json"), given.path + "/config.json is not a folder");
  EXPECT_NE(refused("/").find("the folder / cannot be given to a worker"), std::string::npos);
  EXPECT_NE(refused("/proc/self").find("cannot be given to a worker"), std::string::npos);
  EXPECT_NE(refused(given.data).find("is the server's data folder"), std::string::npos);
  EXPECT_NE(refused(given.path, {"pilotlight-data"}).find("PILOTLIGHT_KEEP names pilotlight-data"),
            std::string::npos);
  EXPECT_NE(refused(given.path, {"config.json/x"}).find("cannot make"), std::string::npos);
}

TEST(GivenFolder, that_the_workers_user_may_not_read_is_refused) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Given given;
  fs::permissions(given.path, fs::perms(0700));
  TempFolder elsewhere;
  fs::permissions(elsewhere.path, fs::perms(0755));
  for (const char* folder : {"overlay", "copy", "link"}) {
    TestKeeper keeper({.user = "nobody", .data = elsewhere.path + "/data", .folder = folder});
    const TestServer server = keeper.ready_server();
    EXPECT_EQ(output_of(server, "w1", in(given, "cat config.json")),
              "cannot read the folder " + given.path + ": Permission denied");
  }
}

TEST(GivenFolder, under_an_overlay_lends_another_user_no_privileges) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const Given given;
  TempFolder elsewhere;
  fs::permissions(elsewhere.path, fs::perms(0755));
  TestKeeper keeper({.user = "nobody", .data = elsewhere.path + "/data", .folder = "overlay"});
  const TestServer server = keeper.ready_server();
  const std::string seen = output_of(server, "w1",
                                     in(given,
                                        "grep NoNewPrivs /proc/self/status; echo mine > made; cat made; "
                                        "cd " +
                                            elsewhere.path + "/data/work/w1 || echo closed"));
  EXPECT_TRUE(seen.starts_with("NoNewPrivs:\t1\nmine\n") && seen.ends_with("\nclosed")) << seen;
}

TEST(GivenFolder, shows_what_is_mounted_in_it_read_only) {
  if (::geteuid() != 0 || ::unshare(CLONE_NEWNS) != 0) GTEST_SKIP() << "needs the right to mount";
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  const Given given;
  for (const char* name : {"/models", "/cache"}) {
    fs::create_directory(given.path + name);
    ASSERT_EQ(::mount("none", (given.path + name).c_str(), "tmpfs", 0, nullptr), 0);
    write_text(given.path + name + "/weights", "heavy");
  }
  {
    TestKeeper keeper({.data = given.data, .folder = "overlay"});
    const TestServer server = keeper.ready_server();
    const std::string script =
        "cat models/weights; echo; echo mine 2>&1 >models/weights; echo mine >cache/weights; cat "
        "cache/weights";
    const std::string seen = output_of(server, "w1", in(given, script, {"cache"}));
    EXPECT_TRUE(seen.starts_with("heavy\n") && seen.ends_with("\nmine")) << seen;
    EXPECT_NE(seen.find("Read-only file system"), std::string::npos) << seen;
    EXPECT_EQ(read_text(given.path + "/models/weights"), "heavy");
  }
  for (const char* name : {"/models", "/cache"}) ::umount2((given.path + name).c_str(), MNT_DETACH);
}

TEST(GivenFolder, as_overlay_refuses_to_start_where_there_is_none) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  TestKeeper keeper({.folder = "overlay", .as = "container"});
  EXPECT_EQ(keeper.wait(), 1);
  EXPECT_NE(
      keeper.errors().find("--worker-folder overlay is not possible here: cannot make a mount namespace"),
      std::string::npos)
      << keeper.errors();
}

TEST(GivenFolder, that_fails_before_the_gate_opens_is_told_at_the_start) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  StartRequest request = shell("true");
  request.folder = "/no/such";
  const Fd gate = server.prepare(worker_id("w1"), request);
  const std::string children =
      "/proc/" + std::to_string(keeper.pid()) + "/task/" + std::to_string(keeper.pid()) + "/children";
  EXPECT_TRUE(eventually([&] { return read_text(children) == std::to_string(server.pid) + " "; }));
  open_gate(gate);
  server.send(Start{worker_id("w1")});
  EXPECT_EQ(server.wait_for<Exited>().value().detail,
            "cannot read the folder /no/such: No such file or directory");
}

TEST(WorkFolder, that_is_deep_and_closed_is_removed_as_an_ordinary_user) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  TempFolder top;
  fs::permissions(top.path, fs::perms(0755));
  if (::chown(top.path.c_str(), nobody, nobody) != 0) std::abort();
  TestKeeper keeper({.data = top.path + "/data", .as = "65534"});
  const TestServer server = keeper.ready_server();
  output_of(server, "w1",
            shell("i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done; "
                  "touch f; while [ $i -gt 0 ]; do cd ..; chmod 500 d; i=$((i-1)); done; chmod 0 d"));
  EXPECT_TRUE(eventually([&] { return !fs::exists(top.path + "/data/work/w1"); }));
}

}  // namespace
}  // namespace pilotlight::keeper
