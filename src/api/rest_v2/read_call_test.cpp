#include "api/rest_v2/read_call.hpp"

#include <gtest/gtest.h>

#include "api/responses.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/page.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::string refusal_of(std::string text) {
  JsonDocument body;
  const auto refusal = read_body(make_body(std::move(text)), update_network_volume_request, body);
  return refusal ? whole_body(*refusal) : "none: " + std::string(body.root().member("size")->text());
}

TEST(ReadCall, words_a_refused_body_as_a_problem) {
  EXPECT_EQ(refusal_of(""),
            R"({"title":"Bad Request","status":400,"detail":"the body is empty; send a JSON object"})");
  EXPECT_EQ(
      refusal_of("{"),
      R"({"title":"Bad Request","status":400,"detail":"the body is not valid JSON: incomplete JSON at byte 1"})");
  EXPECT_EQ(
      refusal_of(R"({"size":9})"),
      R"({"title":"Unprocessable Entity","status":422,"detail":"Request validation failed.","errors":["$.size: minimum: got 9, want 10"]})");
  EXPECT_EQ(refusal_of("\xef\xbb\xbf{\"size\":1e1}"), "none: 1e1");
}

TEST(ReadCall, reads_a_query_by_its_schema) {
  static constexpr Field fields[] = {
      limit_field, {.name = "on", .schema = &values::flag}, {.name = "of", .schema = &values::texts}};
  static constexpr Schema schema{.type = Type::object, .fields = fields};
  Request request;
  request.query = "on=true&of=a,,b%2Cc&limit=7&other=1";
  JsonDocument query;
  EXPECT_FALSE(read_query(request, schema, query));
  EXPECT_EQ(query.root().members().size(), 3U);
  EXPECT_TRUE(query.root().member("on")->is_true());
  EXPECT_EQ(query.root().member("of")->elements().size(), 4U);
  EXPECT_EQ(query.root().member("limit")->kind(), JsonKind::number);
  for (const char* wrong : {"on=1", "on=", "limit=0x1", "limit=01", "limit=+1", "limit=1%zz"}) {
    request.query = wrong;
    const auto refusal = read_query(request, schema, query);
    ASSERT_TRUE(refusal) << wrong;
    EXPECT_EQ(refusal->status, 422) << wrong;
    EXPECT_EQ(refusal->content_type, "application/problem+json");
  }
}

}  // namespace
}  // namespace pilotlight::api::rest_v2
