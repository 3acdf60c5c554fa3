#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/body.hpp"
#include "base/error.hpp"

namespace pilotlight::api {

/// Appends text as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// The value as JSON; what is no finite number, as texts such as 1e999 and 0e999 become, is null.
std::string json_of(const boost::json::value& value);

/// The text that a JSON string stands for; nullopt for any other value.
std::optional<std::string> json_text(std::string_view raw);

/// What is wrong with this text as strict JSON; nullopt if it is exactly one value, nested at most 1,000
/// deep. Numbers may have any size with an exponent below 2^31.
std::optional<std::string> json_problem(const Body& text);

/// Calls `field` with each top-level field's name and raw value of an object that `json_problem` accepted;
/// false if the text is not an object. The views are into the body.
bool for_each_field(const Body& object,
                    const std::function<void(std::string_view name, std::string_view raw)>& field);

/// The same for each element's raw value of an array, until it answers false.
bool for_each_element(const Body& array, const std::function<bool(std::string_view raw)>& element);

/// Whose JSON it is, which decides what of it is mended.
enum class Writer : std::uint8_t {
  client,
  worker,  ///< Python, which also writes NaN, Infinity and -Infinity
};

/// The body without a byte order mark, with an escape that is half of a surrogate pair as \\ufffd and, of a
/// worker, Python's NaN and infinities as null; the same body if there is none of it. `replaced` counts them.
/// Any text is safe.
Body made_strict(const Body& body, Writer writer, std::size_t& replaced);

struct StrictBody {
  Body text;
  std::size_t replaced = 0;  ///< places that were not strict JSON (made_strict)
};

/// The body as `json_problem` accepts it: as it came if it does, else made strict. Error: what is wrong with
/// it all the same.
Result<StrictBody> strict_json(const Body& body, Writer writer);

}  // namespace pilotlight::api
