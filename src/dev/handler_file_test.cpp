#include "dev/handler_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;

constexpr const char* worker = "import runpod\nrunpod.serverless.start({'handler': print})\n";

struct HandlerFileTest : testing::Test {
  HandlerFileTest() {
    char name[] = "/tmp/pilotlight-handler-XXXXXX";
    root = fs::canonical(::mkdtemp(name));
  }
  ~HandlerFileTest() override { fs::remove_all(root); }

  void write(const std::string& path, const std::string& text = worker) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  std::string found(const std::string& path = "") const {
    const auto handler = find_handler(root / path);
    return handler ? handler->folder + "|" + handler->file : "";
  }
  std::string refused(const std::string& path = "") const {
    return find_handler(root / path).error().message;
  }

  fs::path root;
};

TEST_F(HandlerFileTest, is_the_file_that_is_named) {
  write("a folder/it's wörk.py");
  EXPECT_EQ(found("a folder/it's wörk.py"), (root / "a folder").string() + "|it's wörk.py");
}

TEST_F(HandlerFileTest, has_one_of_the_usual_names) {
  write("other.py");
  write("src/handler.py");
  EXPECT_EQ(found(), root.string() + "|src/handler.py");
  write("main.py", "no worker");
  EXPECT_EQ(found(), root.string() + "|main.py");
  write("handler.py", "");
  EXPECT_EQ(found(), root.string() + "|handler.py");
}

TEST_F(HandlerFileTest, is_the_only_file_that_starts_a_worker) {
  write("helpers.py", "import runpod\n");
  write("serve.py");
  write("notes.txt");
  EXPECT_EQ(found(), root.string() + "|serve.py");
  write("src/second.py");
  EXPECT_NE(refused().find("serve.py, src/second.py; name one of them"), std::string::npos);
}

TEST_F(HandlerFileTest, is_missing_with_a_word_on_what_was_looked_for) {
  EXPECT_NE(refused().find("has a handler.py, rp_handler.py, main.py or another file"), std::string::npos);
  EXPECT_NE(refused("nothing.py").find("nothing.py: No such file"), std::string::npos);
  EXPECT_NE(find_handler("/dev/null").error().message.find("neither a file nor a folder"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::dev
