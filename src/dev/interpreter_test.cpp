#include "dev/interpreter.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;

/// Programs that stand for interpreters: they answer as a Python with or without the package would.
struct InterpreterTest : testing::Test {
  InterpreterTest() {
    char name[] = "/tmp/pilotlight-python-XXXXXX";
    root = ::mkdtemp(name);
    fs::create_directory(root / "work");
    path = ::getenv("PATH");
    ::setenv("PATH", (root / "bin:").string().append(path).c_str(), 1);
    ::unsetenv("VIRTUAL_ENV");
  }
  ~InterpreterTest() override {
    ::setenv("PATH", path.c_str(), 1);
    ::unsetenv("VIRTUAL_ENV");
    fs::remove_all(root);
  }

  void program(const fs::path& place, const std::string& text) const {
    fs::create_directories(place.parent_path());
    std::ofstream(place) << "#!/bin/sh\n" << text << "\n";
    fs::permissions(place, fs::perms::owner_all);
  }
  void python(const fs::path& place, const std::string& runpod = "1.12.0") const {
    program(place, "echo python 3.11.2\n" + (runpod.empty() ? "" : "echo runpod " + runpod));
  }
  fs::path environment(const fs::path& place, const std::string& runpod = "1.12.0") const {
    python(place / "bin/python", runpod);
    std::ofstream(place / "pyvenv.cfg") << "home = /usr/bin\n";
    return place / "bin/python";
  }

  Result<Interpreter> find(const std::string& wanted = "") const {
    return find_interpreter({wanted, root / "work", variables});
  }
  std::string found(const std::string& wanted = "") const {
    const auto interpreter = find(wanted);
    return interpreter ? interpreter->path : interpreter.error().message;
  }

  fs::path root;
  std::string path;
  std::vector<std::string> variables;
};

TEST_F(InterpreterTest, is_chosen_in_order) {
  python(root / "bin/python3");
  EXPECT_EQ(found(), root / "bin/python3");
  const fs::path beside = environment(root / "work/venv");
  EXPECT_EQ(found(), beside);
  const fs::path hidden = environment(root / "work/.venv");
  EXPECT_EQ(found(), hidden);
  const fs::path active = environment(root / "active");
  ::setenv("VIRTUAL_ENV", (root / "active").c_str(), 1);
  EXPECT_EQ(found(), active);
  python(root / "bin/python3.9");
  EXPECT_EQ(found("python3.9"), root / "bin/python3.9");
  EXPECT_EQ(found(hidden), hidden);
}

TEST_F(InterpreterTest, tells_its_versions) {
  python(root / "bin/python3", "1.7.6");
  const auto interpreter = find();
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  EXPECT_EQ(interpreter->python, "3.11.2");
  EXPECT_EQ(interpreter->runpod, "1.7.6");
}

TEST_F(InterpreterTest, is_asked_with_the_variables_of_a_worker) {
  program(root / "bin/python3",
          "echo python 3.11.2\n[ -n \"$WANTED\" ] && [ -z \"$SECRET\" ] && echo runpod 1.0.0");
  ::setenv("SECRET", "of the caller", 1);
  EXPECT_FALSE(find());
  variables = {"WANTED=yes"};
  EXPECT_TRUE(find());
  ::unsetenv("SECRET");
}

TEST_F(InterpreterTest, without_the_package_names_the_command_that_installs_it) {
  python(root / "bin/python3", "");
  const std::string fresh = "'" + (root / "work/.venv").string() + "'";
  EXPECT_NE(found().find("-m venv " + fresh + " && '" + (root / "work/.venv/bin/pip").string() +
                         "' install runpod"),
            std::string::npos)
      << found();
  const fs::path own = environment(root / "work/it's", "");
  EXPECT_NE(found(own).find("'\\''s/bin/python' -m pip install runpod"), std::string::npos) << found(own);
}

TEST_F(InterpreterTest, that_does_not_run_is_told_with_the_way_out) {
  EXPECT_NE(found("no-such-python").find("no such program in PATH"), std::string::npos);
  EXPECT_NE(found(root / "nothing").find("no such file"), std::string::npos);
  fs::create_directories(root / "work/.venv/bin");
  fs::create_symlink("/moved/away/python3", root / "work/.venv/bin/python");
  EXPECT_NE(found().find("No such file or directory; make the virtual environment again"), std::string::npos)
      << found();
  program(root / "bin/odd", "echo hello");
  EXPECT_NE(found("odd").find("does not run: hello"), std::string::npos) << found("odd");
  program(root / "bin/failing", "echo python 3.11.2; echo it broke >&2; exit 3");
  EXPECT_NE(found("failing").find("it broke"), std::string::npos);
  program(root / "bin/silent", "exit 0");
  EXPECT_NE(found("silent").find("it is not a Python interpreter"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::dev
