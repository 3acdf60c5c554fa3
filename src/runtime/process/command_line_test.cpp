#include "runtime/process/command_line.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "runtime/process/start_request.hpp"

namespace pilotlight::runtime {
namespace {

using Words = std::vector<std::string>;

TEST(Command, is_split_like_a_shell_does_without_being_one) {
  EXPECT_EQ(*parse_command("python3 -u handler.py"), (Words{"python3", "-u", "handler.py"}));
  EXPECT_EQ(*parse_command("  a\t b\n c  "), (Words{"a", "b", "c"}));
  EXPECT_EQ(*parse_command("sh -c 'echo \"hi there\"; exit 1'"),
            (Words{"sh", "-c", "echo \"hi there\"; exit 1"}));
  EXPECT_EQ(*parse_command("a\"b c\"'d e'f"), (Words{"ab cd ef"}));
  EXPECT_EQ(*parse_command("x '' \"\""), (Words{"x", "", ""}));
  EXPECT_EQ(*parse_command("a\\ b \\\"c\\\" \\\\"), (Words{"a b", "\"c\"", "\\"}));
  EXPECT_EQ(*parse_command("x \"a\\\"b\\\\c\\d\\$e\""), (Words{"x", "a\"b\\c\\d$e"}));
  EXPECT_EQ(*parse_command("x 'a\\'"), (Words{"x", "a\\"}));
  EXPECT_EQ(*parse_command("a \\\nb"), (Words{"a", "b"}));
  EXPECT_EQ(*parse_command("echo $HOME * | > ; &"), (Words{"echo", "$HOME", "*", "|", ">", ";", "&"}));
}

TEST(Command, may_be_a_json_object) {
  EXPECT_EQ(*parse_command(R"({"cmd":["b","c d"],"entrypoint":["a"]})"), (Words{"a", "b", "c d"}));
  EXPECT_EQ(*parse_command(R"( {"cmd":["only"]})"), (Words{"only"}));
  EXPECT_EQ(*parse_command(R"({"entrypoint":["x"],"cmd":null})"), (Words{"x"}));
}

TEST(Command, may_be_a_json_array_of_words) {
  EXPECT_EQ(*parse_command(R"(["python","-u","handler.py"])"), (Words{"python", "-u", "handler.py"}));
  EXPECT_EQ(*parse_command(" \n[ \"a b\" , \"\", \"$c \\\"d\\\"\"] "), (Words{"a b", "", "$c \"d\""}));
}

TEST(Command, that_is_no_such_array_is_refused) {
  for (const char* text : {"[", "['python']", R"(["sleep",5])", R"(["a",null])", R"([["a"]])", R"(["a"] b)",
                           "[ -f handler.py ]"})
    EXPECT_NE(parse_command(text).error().message.find("is not a JSON array of words such as"),
              std::string::npos)
        << text;
}

TEST(Command, that_is_no_such_object_is_refused) {
  for (const char* text : {"{", "{}x", R"({"cmd":"a b"})", R"({"cmd":[1]})", R"({"cmd":["a"]} trailing)"})
    EXPECT_NE(parse_command(text).error().message.find("begins with {"), std::string::npos) << text;
  EXPECT_FALSE(parse_command(std::string("{\"cmd\":") + std::string(100'000, '[')));
}

TEST(Command, that_is_empty_or_broken_says_what_to_do) {
  for (const char* text : {"", "  \n", "{}", R"({"cmd":[]})", "''", R"({"cmd":[""]})", "[]", R"([""])"})
    EXPECT_TRUE(
        parse_command(text).error().message.starts_with("the template has no command (dockerArgs); set it"))
        << text;
  EXPECT_NE(parse_command("a 'b").error().message.find("never closed"), std::string::npos);
  EXPECT_NE(parse_command("a \"b\\\"").error().message.find("never closed"), std::string::npos);
  EXPECT_NE(parse_command("a \\").error().message.find("backslash"), std::string::npos);
  EXPECT_FALSE(parse_command(std::string("a\0b", 3)));
  EXPECT_FALSE(parse_command(R"({"cmd":["a\u0000b"]})"));
  EXPECT_FALSE(parse_command(R"(["a\u0000b"])"));
}

TEST(Command, any_text_is_safe) {
  Random random(5);
  for (int round = 0; round < 20000; ++round) {
    std::string text(random.below(24), '\0');
    for (char& c : text) c = "ab '\"\\{}[],:cmd\n"[random.below(16)];
    (void)parse_command(text);
  }
}

WorkerSpec spec(std::string image, std::string command) {
  WorkerSpec spec;
  spec.worker = *WorkerId::parse("w1");
  spec.image = std::move(image);
  spec.command = std::move(command);
  return spec;
}

TEST(StartRequest, takes_the_folder_from_the_image) {
  const auto request = make_start_request(spec("process:/srv/model", "python3 handler.py"));
  EXPECT_EQ(request.folder, "/srv/model");
  EXPECT_EQ(request.refusal, "");
  EXPECT_EQ(request.note, "");
  EXPECT_EQ(request.command, (Words{"python3", "handler.py"}));
}

TEST(StartRequest, takes_the_paths_to_keep_from_the_environment) {
  const auto with = [](const char* image, const std::string& kept) {
    auto wanted = spec(image, "true");
    wanted.environment = {{"PILOTLIGHT_KEEP", kept}};
    return make_start_request(wanted);
  };
  EXPECT_EQ(with("process:/srv", "outputs:a b/c/").kept, (Words{"outputs", "a b/c"}));
  for (const char* bad : {"", ":", "a:", "/a", "..", "a/../b", ".", "a//b", "a/./b"})
    EXPECT_NE(with("process:/srv", bad).refusal.find("PILOTLIGHT_KEEP: \""), std::string::npos) << bad;
  EXPECT_NE(with("some/image", "outputs").refusal.find("process:/absolute/folder"), std::string::npos);
}

TEST(StartRequest, notes_an_image_that_is_not_pulled) {
  const auto request = make_start_request(spec("runpod/worker:1.0", "true"));
  EXPECT_EQ(request.folder, "");
  EXPECT_NE(request.note.find("runpod/worker:1.0 is not pulled"), std::string::npos);
  WorkerSpec noted = spec("runpod/worker:1.0", "true");
  noted.note = "of the server";
  EXPECT_EQ(make_start_request(noted).note, request.note + "; of the server");
  noted.image = "process:/srv";
  EXPECT_EQ(make_start_request(noted).note, "of the server");
}

TEST(StartRequest, notes_volumes_that_are_not_mounted) {
  WorkerSpec wanted = spec("process:/srv", "true");
  EXPECT_EQ(make_start_request(wanted).note, "");
  wanted.names_volumes = true;
  const std::string told = make_start_request(wanted).note;
  EXPECT_NE(told.find("network volumes are not mounted"), std::string::npos) << told;
  wanted.note = "of the server";
  EXPECT_EQ(make_start_request(wanted).note, told + "; of the server");
}

TEST(StartRequest, refuses_what_cannot_be_run) {
  EXPECT_NE(make_start_request(spec("process:relative", "true")).refusal.find("process:/absolute/folder"),
            std::string::npos);
  EXPECT_NE(make_start_request(spec("x", "")).refusal.find("template has no command"), std::string::npos);
  auto bad_name = spec("x", "true");
  bad_name.environment = {{"A=B", "c"}};
  EXPECT_NE(make_start_request(bad_name).refusal.find("\"A=B\" cannot be the name"), std::string::npos);
  auto bad_value = spec("x", "true");
  bad_value.environment = {{"A", std::string("b\0c", 3)}};
  EXPECT_NE(make_start_request(bad_value).refusal.find("A contains a NUL"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::runtime
