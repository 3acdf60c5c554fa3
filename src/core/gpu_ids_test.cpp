#include "core/gpu_ids.hpp"

#include <gtest/gtest.h>

#include "core/validation.hpp"

namespace pilotlight::core {
namespace {

const char* const empty_entry =
    "gpuIds must not have an empty entry; separate entries by one comma, as in \"AMPERE_16,ADA_24\"";
const char* const lone_minus =
    "gpuIds has a - without a GPU type; write the excluded type behind it, as in \"ADA_24,-NVIDIA L4\"";
const char* const only_exclusions =
    "gpuIds must not only exclude GPU types; name a pool or a type, as in \"ADA_24,-NVIDIA L4\"";

TEST(GpuIds, entries_are_judged_without_the_blanks_around_them) {
  for (const char* good :
       {"AMPERE_16", "AMPERE_16,ADA_24", " AMPERE_16 ,\tADA_24 ", "NVIDIA RTX 2000 Ada Generation",
        "ADA_24,-NVIDIA L4", "-NVIDIA L4,ADA_24", "NEXT_YEARS_1024", "a", "A-B", "ä"})
    EXPECT_EQ(invalid_gpu_ids(good), std::nullopt) << good;
}

TEST(GpuIds, entries_that_name_nothing_are_refused) {
  const std::pair<const char*, const char*> cases[] = {
      {"", empty_entry},
      {" ", empty_entry},
      {",", empty_entry},
      {"ADA_24,", empty_entry},
      {",ADA_24", empty_entry},
      {"NOPE,,-", empty_entry},
      {"ADA_24, ,AMPERE_16", empty_entry},
      {"-", lone_minus},
      {"ADA_24,-", lone_minus},
      {"ADA_24, - ", lone_minus},
      {"-NVIDIA L4", only_exclusions},
      {"-NVIDIA L4,-NVIDIA A40", only_exclusions},
  };
  for (const auto& [text, words] : cases) EXPECT_EQ(invalid_gpu_ids(text), words) << text;
}

TEST(GpuIds, stored_text_is_judged_only_when_it_changes) {
  Endpoint before;
  before.gpu_ids = "NOPE,,-";
  Endpoint after = before;
  after.name = "another name";
  EXPECT_EQ(invalid_hardware(before, after), std::nullopt);
  after.gpu_ids = "NOPE,-";
  EXPECT_EQ(invalid_hardware(before, after), lone_minus);
}

TEST(GpuIds, an_endpoint_keeps_something_to_run_on) {
  Endpoint before;
  before.gpu_ids = "ADA_24";
  Endpoint after = before;
  after.gpu_ids = "";
  const std::string refused =
      "gpuIds must not be empty; give GPU types such as \"AMPERE_16\", or instanceIds for CPU workers";
  EXPECT_EQ(invalid_hardware(before, after), refused);
  after.instance_ids = {"cpu3g-4-16"};
  EXPECT_EQ(invalid_hardware(before, after), std::nullopt);
  EXPECT_EQ(invalid_hardware(after, Endpoint{}), refused);
  EXPECT_EQ(invalid_hardware(Endpoint{}, Endpoint{}), std::nullopt);
}

}  // namespace
}  // namespace pilotlight::core
