// The judge of all JSON from outside, and what takes it apart.
#include "api/json.hpp"

#include <boost/json.hpp>
#include <cmath>

#include "api/numbers.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

bool accepted(std::string_view text) {
  return !json_problem(copy_body(text));
}

bool within(std::string_view part, const Body& whole) {
  return part.data() >= whole->data() && part.data() + part.size() <= whole->data() + whole->size();
}

void take_apart(const Body& body) {
  std::string rebuilt;
  const bool object = for_each_field(body, [&](std::string_view name, std::string_view raw) {
    ASSERT(within(raw, body) && accepted(raw));
    rebuilt += (rebuilt.empty() ? "" : ",") + json_string(name) + ":" + std::string(raw);
  });
  ASSERT(object == body->substr(body->find_first_not_of(" \t\r\n")).starts_with('{'));
  ASSERT(!object || accepted("{" + rebuilt + "}"));
  std::string elements;
  const bool array = for_each_element(body, [&](std::string_view raw) {
    ASSERT(within(raw, body) && accepted(raw));
    elements += (elements.empty() ? "" : ",") + std::string(raw);
    return true;
  });
  ASSERT(array == body->substr(body->find_first_not_of(" \t\r\n")).starts_with('['));
  ASSERT(!array || accepted("[" + elements + "]"));
}

/// The parser's doubles are rounded, and 0e999 is none.
void whole_numbers_agree(std::string_view text, const boost::json::value& value) {
  const auto whole = json_whole(text);
  if (!whole) return;
  ASSERT(value.is_number() && json_whole(std::to_string(*whole)) == whole);
  const auto exact = static_cast<double>(*whole), rounded = value.to_number<double>();
  ASSERT(!std::isfinite(rounded) || std::abs(rounded - exact) <= std::abs(exact) * 1e-14);
}

void is_made_strict_once(const Body& body, Writer writer) {
  std::size_t replaced = 0, again = 0;
  const Body clean = made_strict(body, writer, replaced);
  ASSERT((clean == body) == (replaced == 0));
  const bool marked_twice = clean->starts_with("\xef\xbb\xbf");
  ASSERT(marked_twice || (made_strict(clean, writer, again) == clean && again == 0));
  if (accepted(*body)) ASSERT(replaced == 0);
  const auto strict = strict_json(body, writer);
  ASSERT(strict.has_value() == accepted(*clean));
  if (strict) ASSERT(*strict->text == *clean && strict->replaced == replaced);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const bool strict = fuzz::StrictJson::accepts(text, fuzz::depth_max);
  if (!fuzz::exponent_is_long(text)) {
    ASSERT(accepted(text) == strict);
    // So large that another parser is asked first.
    ASSERT(accepted(std::string(5'000, ' ') + text) == strict);
  }
  ASSERT(fuzz::is_json(json_string(text)));
  if (graphql::is_utf8(text)) ASSERT(json_text(json_string(text)) == text);

  const Body body = copy_body(text);
  for (const Writer writer : {Writer::client, Writer::worker}) is_made_strict_once(body, writer);
  if (accepted(text)) take_apart(body);
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error) return 0;
  ASSERT(fuzz::is_json(json_of(value)));
  whole_numbers_agree(text, value);
  return 0;
}
