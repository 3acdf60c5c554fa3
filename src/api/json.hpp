#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/body.hpp"

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

/// The body without what Python writes and strict JSON has not: NaN, Infinity and -Infinity become null, and
/// an escape that is half of a surrogate pair becomes \\ufffd; the same body if there is none of it.
/// `replaced` counts them.
Body made_strict(const Body& body, std::size_t& replaced);

}  // namespace pilotlight::api
