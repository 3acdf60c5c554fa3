#include "domain/codec.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace pilotlight {
namespace {

/// Calls `use` with each alternative, default-made.
template <class Sum, class Use>
void for_each_alternative(const Use& use) {
  std::size_t index = 0;
  while (detail::with_alternative<Sum>(index, use)) ++index;
}

TEST(DomainCodec, every_command_record_and_effect_survives_the_round_trip) {
  for_each_alternative<Command>([](auto value) {
    const auto back = decode<Command>(encode(Command(value)));
    EXPECT_TRUE(back && std::holds_alternative<decltype(value)>(*back));
  });
  for_each_alternative<Record>([](auto value) {
    const auto back = decode<Record>(encode(Record(value)));
    EXPECT_TRUE(back && std::holds_alternative<decltype(value)>(*back));
  });
  for_each_alternative<Effect>([](auto value) {
    const auto back = decode<Effect>(encode(Effect(value)));
    EXPECT_TRUE(back && std::holds_alternative<decltype(value)>(*back));
  });
}

TEST(DomainCodec, a_full_job_is_itself_again) {
  Job job;
  job.id = JobId::make(77, true, 5);
  job.endpoint = *EndpointId::parse("abcdefghijklmn");
  job.policy.ttl = milliseconds{5};
  job.holders = {*WorkerId::parse("w1"), *WorkerId::parse("w2")};
  job.leased = timestamp_from_ms(9);
  EXPECT_EQ(decode<Job>(encode(job)), job);
}

TEST(DomainCodec, a_step_has_an_error_and_a_crash_only_where_there_is_one) {
  JobStep step{JobStepKind::failed, timestamp_from_ms(9), *WorkerId::parse("w1"), JobState::in_progress};
  const std::string plain = encode(step);
  EXPECT_EQ(plain, std::string("\x05") + encode(step.at) + encode(step.worker) + encode(step.state))
      << "as they were before steps had these";
  EXPECT_EQ(decode<JobStep>(plain), step);
  step.error = "it broke";
  step.crash = Crash{-1, 9, "last line"};
  const std::string whole = encode(step);
  EXPECT_EQ(decode<JobStep>(whole), step);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode<JobStep>(std::string_view(whole).substr(0, size))) << size;
}

TEST(DomainCodec, a_reference_has_a_sum_only_where_one_was_taken) {
  PayloadRef ref{77, 5, PayloadPlace::file};
  const std::string plain = encode(ref);
  EXPECT_EQ(plain, encode(RowNumber{77}) + encode(std::uint32_t{5}) + "\x02") << "as without sums";
  EXPECT_EQ(decode<PayloadRef>(plain), ref);
  ref.sum = payload_sum(ref, "bytes");
  EXPECT_EQ(decode<PayloadRef>(encode(ref)), ref);
  EXPECT_FALSE(decode<PayloadRef>(plain.substr(0, 12) + "\x03"));
  EXPECT_FALSE(decode<PayloadRef>(plain.substr(0, 12) + "\x82" + encode(std::uint32_t{0})));
}

TEST(PayloadSum, holds_for_one_body_under_one_reference) {
  PayloadRef ref{77, 5, PayloadPlace::row};
  ref.sum = payload_sum(ref, "bytes");
  EXPECT_TRUE(is_body_of(ref, "bytes"));
  EXPECT_FALSE(is_body_of(ref, "bytez"));
  EXPECT_FALSE(is_body_of(ref, "byte"));
  for (PayloadRef other : {PayloadRef{78, 5, PayloadPlace::row}, PayloadRef{77, 5, PayloadPlace::file}}) {
    other.sum = ref.sum;
    EXPECT_FALSE(is_body_of(other, "bytes"));
  }
}

TEST(DomainCodec, random_bytes_are_refused_or_read_but_never_harm) {
  Random random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random.below(200), '\0');
    for (char& c : bytes) c = static_cast<char>(random.next());
    (void)decode<Command>(bytes);
    (void)decode<Record>(bytes);
  }
}

}  // namespace
}  // namespace pilotlight
