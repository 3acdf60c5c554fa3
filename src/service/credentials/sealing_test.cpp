#include "service/credentials/sealing.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/testing/files.hpp"

namespace pilotlight::service {
namespace {

class SealingTest : public ::testing::Test {
 protected:
  /// The key's file holds this text.
  void write_key(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path) << text;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }
  std::string refused_start() {
    Sealing sealing(path);
    const auto started = sealing.start({});
    return started ? "accepted" : started.error().message;
  }

  testing::TempFolder folder;
  const std::string path = folder.path + "/secret-key";
};

TEST_F(SealingTest, first_text_makes_a_key_that_only_we_can_read) {
  Sealing sealing(path);
  ASSERT_TRUE(sealing.start({}));
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(sealing.seal("hunter2"));
  struct stat file {};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600U);
  EXPECT_EQ(file.st_size, 65);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path), {}), 1);
}

TEST_F(SealingTest, texts_come_back_by_the_same_key_in_another_process) {
  std::vector<std::pair<std::string, Sealed>> all;
  {
    Sealing sealing(path);
    for (const std::string& text :
         {std::string(), std::string("a"), std::string(65'536, 'x'), std::string("\0\n", 2)})
      all.emplace_back(text, *sealing.seal(text));
  }
  Sealing later(path);
  for (const auto& [text, sealed] : all) EXPECT_EQ(*later.open(sealed), text);
}

TEST_F(SealingTest, equal_texts_look_different_and_show_nothing) {
  Sealing sealing(path);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Sealed sealed = *sealing.seal("hunter2 hunter2 hunter2");
    EXPECT_EQ(sealed.bytes.find("hunter"), std::string::npos);
    EXPECT_TRUE(seen.insert(sealed.bytes).second);
  }
}

TEST_F(SealingTest, changed_bytes_and_other_keys_open_nothing) {
  Sealing sealing(path);
  const Sealed sealed = *sealing.seal("hunter2");
  for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
    Sealed changed = sealed;
    changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
    EXPECT_EQ(sealing.open(changed).error().code, Errc::corrupt) << i;
    EXPECT_FALSE(sealing.open({sealed.bytes.substr(0, i)})) << i;
  }
  Sealing other(folder.path + "/other");
  ASSERT_TRUE(other.seal("x"));
  EXPECT_EQ(other.open(sealed).error().message,
            "it was sealed with another key than that in " + folder.path + "/other");
}

TEST_F(SealingTest, lost_key_is_not_replaced_and_counts_when_it_is_back) {
  Sealed sealed;
  {
    Sealing before(path);
    sealed = *before.seal("hunter2");
  }
  std::filesystem::rename(path, path + ".away");
  Sealing sealing(path);
  ASSERT_TRUE(sealing.start({&sealed}));
  EXPECT_EQ(sealing.seal("new").error().code, Errc::unavailable);
  EXPECT_EQ(sealing.open(sealed).error().code, Errc::unavailable);
  EXPECT_FALSE(std::filesystem::exists(path));
  std::filesystem::rename(path + ".away", path);
  EXPECT_EQ(*sealing.open(sealed), "hunter2");
  EXPECT_TRUE(sealing.seal("new"));
}

TEST_F(SealingTest, file_that_is_no_key_refuses_the_start) {
  const std::string digits(64, 'a'), begins = "the secret key in " + path + " ";
  const std::string no_key =
      begins + "must be 64 hexadecimal digits and nothing else; put the file back as it was made";
  for (const std::string& text : {std::string(), std::string("\n"), digits.substr(1), digits + "a",
                                  std::string(63, 'a') + "g", std::string(5'000, 'a')}) {
    write_key(text);
    EXPECT_EQ(refused_start(), no_key) << text;
  }
  for (const std::string& text : {digits, digits + "\n", digits + "\r\n", std::string(64, 'A')}) {
    write_key(text);
    EXPECT_EQ(refused_start(), "accepted") << text;
  }
}

TEST_F(SealingTest, file_that_others_can_read_refuses_the_start) {
  const std::string digits(64, 'a'), begins = "the secret key in " + path + " ";
  for (const mode_t mode : {0644, 0640, 0604, 0620, 0666}) {
    write_key(digits, mode);
    EXPECT_EQ(refused_start(), begins + "can be read or changed by other users; run chmod 600 on it") << mode;
  }
  write_key(digits, 0400);
  EXPECT_EQ(refused_start(), "accepted");
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_EQ(refused_start(), begins + "is no file");
}

TEST_F(SealingTest, key_that_cannot_be_written_is_a_refusal_and_no_key) {
  Sealing sealing(folder.path + "/missing/secret-key");
  const auto refused = sealing.seal("hunter2");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("the secret key could not be stored: cannot write "),
            std::string::npos);
  std::filesystem::create_directory(folder.path + "/missing");
  EXPECT_TRUE(sealing.seal("hunter2"));
}

TEST(Wipe, leaves_nothing_of_a_text) {
  std::string text(100, 'x');
  const char* bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(bytes[50], '\0');
}

}  // namespace
}  // namespace pilotlight::service
