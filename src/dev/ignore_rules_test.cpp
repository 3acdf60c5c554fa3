#include "dev/ignore_rules.hpp"

#include <gtest/gtest.h>

namespace pilotlight::dev {
namespace {

bool file(const IgnoreRules& rules, std::string_view path) {
  return rules.ignored(path, false);
}
bool folder(const IgnoreRules& rules, std::string_view path) {
  return rules.ignored(path, true);
}

IgnoreRules of(std::string_view text) {
  IgnoreRules rules;
  rules.add("", text);
  return rules;
}

TEST(IgnoreRules, leave_out_folders_of_tools_without_any_file) {
  const IgnoreRules none;
  for (const char* name : {".git", ".venv", "venv", "node_modules", "__pycache__", ".pilotlight-dev"}) {
    EXPECT_TRUE(folder(none, name));
    EXPECT_TRUE(folder(none, std::string("a/") + name));
    EXPECT_FALSE(file(none, name));
  }
  EXPECT_FALSE(folder(none, "src"));
  EXPECT_FALSE(file(none, "handler.py"));
}

TEST(IgnoreRules, leave_out_files_that_editors_make_for_a_moment) {
  const IgnoreRules none;
  for (const char* name : {"handler.py~", ".handler.py.swp", ".handler.py.swx", "4913", ".#handler.py",
                           "#handler.py#", "a/b/handler.py~", "handler.pyc", "handler.py___jb_tmp___"})
    EXPECT_TRUE(file(none, name)) << name;
  for (const char* name : {".env", "4913.py", "#notes", "swp"}) EXPECT_FALSE(file(none, name)) << name;
}

TEST(IgnoreRules, a_name_counts_at_any_depth_and_a_path_from_its_folder) {
  const IgnoreRules rules = of("*.log\n/models\ndata/raw\n");
  EXPECT_TRUE(file(rules, "a.log"));
  EXPECT_TRUE(file(rules, "x/y/a.log"));
  EXPECT_TRUE(folder(rules, "models"));
  EXPECT_FALSE(folder(rules, "x/models"));
  EXPECT_TRUE(file(rules, "data/raw"));
  EXPECT_FALSE(file(rules, "x/data/raw"));
  EXPECT_FALSE(file(rules, "data/raw2"));
}

TEST(IgnoreRules, a_slash_at_the_end_means_folders_alone) {
  const IgnoreRules rules = of("out/\n");
  EXPECT_TRUE(folder(rules, "out"));
  EXPECT_TRUE(folder(rules, "a/out"));
  EXPECT_FALSE(file(rules, "out"));
}

TEST(IgnoreRules, two_stars_stand_for_any_number_of_folders) {
  const IgnoreRules rules = of("a/**/z.txt\n**/cache\nlogs/**\n");
  for (const char* path :
       {"a/z.txt", "a/b/z.txt", "a/b/c/z.txt", "cache", "x/cache", "x/y/cache", "logs/a", "logs/a/b"})
    EXPECT_TRUE(file(rules, path)) << path;
  for (const char* path : {"b/a/z.txt", "a/z.txt2", "xcache", "logs"})
    EXPECT_FALSE(file(rules, path)) << path;
}

TEST(IgnoreRules, one_star_stays_within_a_folder) {
  const IgnoreRules rules = of("a/*.py\n");
  EXPECT_TRUE(file(rules, "a/x.py"));
  EXPECT_FALSE(file(rules, "a/b/x.py"));
}

TEST(IgnoreRules, the_last_rule_that_matches_wins) {
  const IgnoreRules rules = of("*.json\n!config.json\n/deep/config.json\n");
  EXPECT_TRUE(file(rules, "a.json"));
  EXPECT_FALSE(file(rules, "config.json"));
  EXPECT_TRUE(file(rules, "deep/config.json"));
}

TEST(IgnoreRules, of_a_subfolder_count_below_it) {
  IgnoreRules rules = of("*.txt\n");
  rules.add("sub", "!keep.txt\n/only\n");
  EXPECT_FALSE(file(rules, "sub/keep.txt"));
  EXPECT_FALSE(file(rules, "sub/x/keep.txt"));
  EXPECT_TRUE(file(rules, "keep.txt"));
  EXPECT_TRUE(file(rules, "sub/only"));
  EXPECT_FALSE(file(rules, "sub/x/only"));
  EXPECT_FALSE(file(rules, "only"));
}

TEST(IgnoreRules, read_comments_escapes_and_odd_lines) {
  const IgnoreRules rules = of("# a comment\r\n\\#hash\n\\!bang\nspace \nkept\\ \n\n!\n/\n[ab].c\nno[end\n");
  EXPECT_TRUE(file(rules, "#hash"));
  EXPECT_TRUE(file(rules, "!bang"));
  EXPECT_TRUE(file(rules, "space"));
  EXPECT_TRUE(file(rules, "kept "));
  EXPECT_TRUE(file(rules, "a.c"));
  EXPECT_FALSE(file(rules, "c.c"));
  EXPECT_FALSE(file(rules, "a comment"));
  EXPECT_FALSE(file(rules, "handler.py"));
}

}  // namespace
}  // namespace pilotlight::dev
