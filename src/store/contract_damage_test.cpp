// What every store says of bodies that are lost or damaged.
#include "store/contract_test.hpp"

namespace pilotlight::store::testing {
namespace {

/// A reference that was made for this body.
PayloadRef ref_of(RowNumber number, PayloadPlace place, const std::string& body) {
  PayloadRef ref{number, static_cast<std::uint32_t>(body.size()), place};
  ref.sum = payload_sum(ref, body);
  return ref;
}

/// Texts of the same size, unless one is the beginning of the other.
const std::string written = "a body of thirty-two characters.", flipped = "a body of thirty-two charakters.",
                  shorter = written.substr(0, 31);

void expect_unreadable(const Result<Body>& body) {
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, Errc::corrupt);
  EXPECT_TRUE(body.error().message.starts_with("cannot read a payload: ")) << body.error().message;
}

TEST_P(StoreContract, gives_no_body_but_the_one_that_was_stored) {
  RowNumber number = 800;
  const std::string large(5'000, 'l');
  for (const PayloadPlace place : {PayloadPlace::row, PayloadPlace::file})
    for (const std::string& body : {written, large}) {
      Job live = job(++number);
      live.input = ref_of(number, place, body);
      const PayloadRef other = ref_of(++number, place, std::string(body.size(), 'o'));
      std::vector<StoredPayload> payloads{{live.input, make_body(body)},
                                          {other, make_body(std::string(body.size(), 'o'))}};
      if (place == PayloadPlace::file) {
        for (const StoredPayload& payload : payloads) write_file(payload.ref, payload.body->c_str());
        payloads.clear();
      }
      commit({record::JobSaved{live}, record::PayloadKept{live.input}, record::PayloadKept{other}}, payloads);
      EXPECT_EQ(**store().read(live.input), body);
      std::string changed = body;
      changed.back() ^= 1;
      for (const std::string& stored :
           {changed, body.substr(1), std::string(), std::string(body.size(), 'o')}) {
        subject_->damage(live.input, stored);
        expect_unreadable(store().read(live.input));
      }
      subject_->damage(live.input, body);
      EXPECT_EQ(**store().read(live.input), body);
      subject_->damage(live.input, std::nullopt);
      EXPECT_EQ(store().read(live.input).error().code, Errc::not_found);
      EXPECT_TRUE(store().read(other));
    }
}

TEST_P(StoreContract, believes_references_without_a_sum_but_not_their_size) {
  const PayloadRef old{820, static_cast<std::uint32_t>(written.size()), PayloadPlace::row};
  commit({record::PayloadKept{old}}, {{old, make_body(written)}});
  subject_->damage(old, flipped);
  EXPECT_EQ(**store().read(old), flipped);
  subject_->damage(old, shorter);
  expect_unreadable(store().read(old));
}

TEST_P(StoreContract, gives_no_chunk_but_the_one_that_was_stored_and_misses_none) {
  const JobId id = job(830).id;
  const std::vector<PayloadRef> refs{ref_of(831, PayloadPlace::row, written),
                                     ref_of(832, PayloadPlace::file, written),
                                     ref_of(833, PayloadPlace::row, written)};
  write_file(refs[1], written.c_str());
  commit({record::JobSaved{job(830)}, record::ChunkSaved{id, 0, 0, refs[0]},
          record::ChunkSaved{id, 0, 1, refs[1]}, record::ChunkSaved{id, 0, 2, refs[2]},
          record::StreamSaved{{id, 0, 3, 96, 0}}},
         {{refs[0], make_body(written)}, {refs[2], make_body(written)}});
  const auto all = [&] { return store().chunks(id, 0, 0, 3); };
  ASSERT_EQ(all()->size(), 3U);
  for (const PayloadRef& ref : refs) {
    for (const auto& stored :
         {std::optional(flipped), std::optional(shorter), std::optional<std::string>()}) {
      subject_->damage(ref, stored);
      const auto chunks = all();
      ASSERT_FALSE(chunks) << ref.number;
      EXPECT_EQ(chunks.error().code, Errc::corrupt);
      EXPECT_TRUE(chunks.error().message.starts_with("cannot read a payload: ")) << chunks.error().message;
      if (stored) subject_->damage(ref, written);
    }
    EXPECT_EQ(store().chunks(id, 0, 0, 1).has_value(), ref.number > refs[0].number);
    commit({record::ChunkSaved{id, 0, static_cast<std::uint32_t>(ref.number - 831), ref}},
           ref.place == PayloadPlace::row ? std::vector<StoredPayload>{{ref, make_body(written)}}
                                          : std::vector<StoredPayload>());
    if (ref.place == PayloadPlace::file) write_file(ref, written.c_str());
    ASSERT_TRUE(all()) << ref.number;
  }
}

}  // namespace
}  // namespace pilotlight::store::testing
