#include "service/credentials/substitution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace pilotlight::service {
namespace {

const std::map<std::string, std::string, std::less<>> secrets{
    {"a", "first"},  {"b_2", "sec}}ond"},  {"nested", "{{ RUNPOD_SECRET_a }}"},
    {"short", "ab"}, {"line", "text\r\n"}, {"large", std::string(64 * 1024, 'x')}};

Substituted changed(Environment variables) {
  return with_secrets(std::move(variables), [](std::string_view name) -> Result<std::string> {
    const auto found = secrets.find(name);
    if (found == secrets.end()) return refusal(Errc::not_found, "there is no secret of this name");
    return found->second;
  });
}

std::string value(const std::string& text) {
  return changed({{"X", text}}).variables.at(0).second;
}

TEST(Substitution, puts_secrets_where_values_name_them) {
  EXPECT_EQ(value("{{ RUNPOD_SECRET_a }}"), "first");
  EXPECT_EQ(value("{{RUNPOD_SECRET_a}}"), "first");
  EXPECT_EQ(value("{{ \t RUNPOD_SECRET_a\t}}"), "first");
  EXPECT_EQ(value("https://u:{{ RUNPOD_SECRET_a }}@{{RUNPOD_SECRET_b_2}}/x"), "https://u:first@sec}}ond/x");
  EXPECT_EQ(value("{{{ RUNPOD_SECRET_a }}}"), "{first}");
  EXPECT_EQ(value("{{ x {{ RUNPOD_SECRET_a }} }}"), "{{ x first }}");
}

TEST(Substitution, takes_what_stands_in_a_secret_as_it_is) {
  EXPECT_EQ(value("{{ RUNPOD_SECRET_nested }}"), "{{ RUNPOD_SECRET_a }}");
}

TEST(Substitution, leaves_all_else_as_it_is) {
  for (const char* text :
       {"", "plain", "{{", "}}", "{{}}", "{{ }}", "{{ RUNPOD_SECRET_ }}", "{{ runpod_secret_a }}",
        "{{ SECRET_a }}", "{ RUNPOD_SECRET_a }", "{{ RUNPOD_SECRET_a }", "{{ RUNPOD_SECRET_a b }}",
        "{{\nRUNPOD_SECRET_a\n}}", "RUNPOD_SECRET_a", "}} RUNPOD_SECRET_a {{", "{{ RUNPOD_SECRET_1 }}"}) {
    const Substituted same = changed({{"X", text}});
    EXPECT_EQ(same.variables.at(0).second, text);
    EXPECT_EQ(same.note, "") << text;
    EXPECT_TRUE(same.hidden.empty()) << text;
  }
  EXPECT_EQ(changed({{"{{ RUNPOD_SECRET_a }}", "x"}}).variables.at(0).first, "{{ RUNPOD_SECRET_a }}");
}

TEST(Substitution, leaves_unknown_names_and_says_so) {
  const Substituted done = changed({{"X", "{{ RUNPOD_SECRET_none }} {{ RUNPOD_SECRET_a }}"}, {"Y", "y"}});
  EXPECT_EQ(done.variables, (Environment{{"X", "{{ RUNPOD_SECRET_none }} first"}, {"Y", "y"}}));
  EXPECT_EQ(done.note,
            "variable X: {{ RUNPOD_SECRET_none }} stays as it is, because there is no secret of this name");
  Environment many;
  for (int i = 0; i < 15; ++i) many.emplace_back("V" + std::to_string(i), "{{RUNPOD_SECRET_none}}");
  const std::string note = changed(std::move(many)).note;
  EXPECT_NE(note.find("variable V9:"), std::string::npos);
  EXPECT_EQ(note.find("variable V10:"), std::string::npos);
  EXPECT_TRUE(note.ends_with("; and 5 more")) << note;
}

TEST(Substitution, names_what_must_not_be_printed) {
  const auto hidden = changed({{"X", "u:{{ RUNPOD_SECRET_a }}"},
                               {"Y", "{{ RUNPOD_SECRET_line }}"},
                               {"Z", "{{ RUNPOD_SECRET_short }}"},
                               {"W", "plain"}})
                          .hidden;
  EXPECT_EQ(hidden, (std::vector<std::string>{"first", "text", "text\r\n", "u:first"}));
}

TEST(Substitution, leaves_a_value_that_would_become_too_long) {
  const std::string one = "{{ RUNPOD_SECRET_large }}";
  EXPECT_EQ(value(one + one).size(), 128U * 1024);
  const Substituted three = changed({{"X", one + one + one}, {"Y", one + one + "y"}, {"Z", one}});
  EXPECT_EQ(three.variables.at(0).second, one + one + one);
  EXPECT_EQ(three.variables.at(1).second, one + one + "y");
  EXPECT_EQ(three.variables.at(2).second.size(), 64U * 1024);
  EXPECT_EQ(three.note,
            "variable X stays as it is, because with its secrets it is too long; variable Y stays as it is, "
            "because "
            "with its secrets it is too long");
}

TEST(Substitution, of_all_values_together_is_bounded) {
  Environment many;
  for (int i = 0; i < 100; ++i) many.emplace_back("V" + std::to_string(i), "{{RUNPOD_SECRET_large}}");
  const Substituted done = changed(std::move(many));
  std::size_t bytes = 0;
  for (const auto& [name, text] : done.variables) bytes += text.size() < 100 ? 0 : text.size();
  EXPECT_EQ(bytes, 2U * 1024 * 1024);
}

TEST(Substitution, of_braces_without_end_takes_little_time) {
  for (const char* piece : {"{{", "}}", "{{ RUNPOD_SECRET_", "{{ RUNPOD_SECRET_none }}"}) {
    std::string text;
    while (text.size() < 2'000'000) text += piece;
    EXPECT_EQ(value(text), text);
  }
}

}  // namespace
}  // namespace pilotlight::service
