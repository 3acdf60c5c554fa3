#include "dev/job_input.hpp"

#include <simdjson.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "dev/printable.hpp"

namespace pilotlight::dev {
namespace {

namespace json = boost::json;

constexpr std::uintmax_t bytes_max = 10 << 20;  // of /run
constexpr std::size_t shown_before = 40, shown_behind = 20;

/// The line of the text with the place below it.
std::string place_in(std::string_view text, std::size_t at) {
  const std::size_t begins = text.substr(0, at).rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t line = 1 + static_cast<std::size_t>(std::count(
                                   text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  const std::size_t from = at - std::min(at - begins, shown_before);
  const std::size_t to = std::min({text.find('\n', at), text.size(), at + shown_behind});
  return "line " + std::to_string(line) + ", column " + std::to_string(at - begins + 1) + ":\n  " +
         printable(text.substr(from, to - from)) + "\n  " + std::string(at - from, ' ') + "^";
}

Result<std::string> checked(std::string text, const std::string& what) {
  std::string_view rest = text;
  if (rest.starts_with("\xef\xbb\xbf")) text.erase(0, 3), rest = text;
  json::stream_parser parser;
  boost::system::error_code failed;
  const std::size_t read = parser.write_some(text.data(), text.size(), failed);
  const std::size_t more = std::min(text.find_first_not_of(" \t\r\n", read), text.size());
  if (!failed) parser.finish(failed);
  if (!failed && more < text.size()) failed = json::error::extra_data;
  if (failed)
    return refusal(Errc::invalid, what + " is not JSON: " + failed.message() + " at " +
                                      place_in(text, failed == json::error::extra_data ? more : read));
  const json::value value = parser.release();
  const bool has_input =
      value.is_object() && value.get_object().contains("input") && !value.get_object().at("input").is_null();
  if (!has_input)
    return refusal(
        Errc::invalid,
        what + " must be an object with an \"input\", such as {\"input\": {\"prompt\": \"a cat\"}}");
  return text;
}

}  // namespace

Result<std::string> read_job_file(const std::string& path) {
  std::error_code failed;
  if (const auto size = std::filesystem::file_size(path, failed); !failed && size > bytes_max)
    return refusal(Errc::too_large, path + " is larger than 10 MiB");
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) return refusal(Errc::io, "cannot read " + path);
  return checked(text.str(), path);
}

Result<std::string> read_job_input(const std::string& file_or_json) {
  std::error_code failed;
  if (std::filesystem::is_regular_file(file_or_json, failed)) return read_job_file(file_or_json);
  const bool looks_like_a_file = file_or_json.find_first_of("{[\"") == std::string::npos;
  if (looks_like_a_file)
    return refusal(Errc::not_found,
                   "--input " + file_or_json + ": there is no such file, and it is not JSON");
  return checked(file_or_json, "--input");
}

std::string output_of(const std::string& view) {
  simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(view);
  simdjson::ondemand::document document;
  std::string_view raw;
  simdjson::ondemand::value output;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.find_field_unordered("output").get(output) != simdjson::SUCCESS ||
      simdjson::to_json_string(output).get(raw) != simdjson::SUCCESS)
    return {};
  return std::string(raw.substr(0, raw.find_last_not_of(" \t\r\n") + 1));
}

std::string text_of(const std::string& view, std::string_view field) {
  boost::system::error_code failed;
  const json::value value = json::parse(view, failed);
  if (failed || !value.is_object()) return {};
  const json::value* found = value.get_object().if_contains(field);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace pilotlight::dev
