#include "runtime/process/command_line.hpp"

#include <boost/json/parse.hpp>
#include <optional>

namespace pilotlight::runtime {
namespace {

namespace json = boost::json;
constexpr std::string_view white_space = " \t\r\n";

/// Splits text into words; one at a time, left to right.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : rest_(text) {}

  /// nullopt at the end of the text.
  Result<std::optional<std::string>> next();

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void escaped(std::string& word);
  bool quoted(char quote, std::string& word);

  std::string_view rest_;
};

void Splitter::escaped(std::string& word) {
  const char c = take();
  if (c != '\n') word += c;
}

/// False if the quote is never closed.
bool Splitter::quoted(char quote, std::string& word) {
  while (!rest_.empty()) {
    const char c = take();
    if (c == quote) return true;
    const bool escape = quote == '"' && c == '\\' && !rest_.empty() &&
                        std::string_view("\"\\$`\n").find(rest_.front()) != std::string_view::npos;
    if (escape)
      escaped(word);
    else
      word += c;
  }
  return false;
}

Result<std::optional<std::string>> Splitter::next() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(white_space), rest_.size()));
  if (rest_.empty()) return std::optional<std::string>{};
  std::string word;
  while (!rest_.empty() && white_space.find(rest_.front()) == white_space.npos) {
    const char c = take();
    if (c == '\\' && rest_.empty())
      return refusal(Errc::invalid, "the template's command (dockerArgs) ends in a backslash; remove it");
    if (c == '\\')
      escaped(word);
    else if (c != '"' && c != '\'')
      word += c;
    else if (!quoted(c, word))
      return refusal(Errc::invalid,
                     std::string("a quote ") + c + " in the template's command (dockerArgs) is never closed");
  }
  return std::optional{std::move(word)};
}

Result<std::vector<std::string>> split(std::string_view text) {
  std::vector<std::string> words;
  Splitter splitter(text);
  for (;;) {
    auto word = splitter.next();
    if (!word) return word.error();
    if (!*word) return words;
    words.push_back(std::move(**word));
  }
}

Error wrong_json(char first) {
  return refusal(Errc::invalid, first == '{'
                                    ? "the template's command (dockerArgs) begins with { but is not "
                                      "{\"entrypoint\": [\"word\", …], \"cmd\": [\"word\", …]}"
                                    : "the template's command (dockerArgs) begins with [ but is not a JSON "
                                      "array of words such as [\"python3\", \"-u\", \"handler.py\"]");
}

bool append_words(const json::value& list, std::vector<std::string>& words) {
  if (!list.is_array()) return false;
  for (const auto& word : list.get_array()) {
    if (!word.is_string()) return false;
    words.emplace_back(word.get_string().c_str(), word.get_string().size());
  }
  return true;
}

/// The words of the list of this name, if there is one.
bool append_named(const json::object& object, std::string_view name, std::vector<std::string>& words) {
  const json::value* list = object.if_contains(json::string_view(name.data(), name.size()));
  return list == nullptr || list->is_null() || append_words(*list, words);
}

/// `first`: the brace or bracket that the text begins with.
Result<std::vector<std::string>> from_json(std::string_view text, char first) {
  boost::system::error_code failed;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), failed);
  std::vector<std::string> words;
  const json::object* lists = failed ? nullptr : parsed.if_object();
  const bool sound = lists != nullptr
                         ? append_named(*lists, "entrypoint", words) && append_named(*lists, "cmd", words)
                         : !failed && append_words(parsed, words);
  if (!sound) return wrong_json(first);
  return words;
}

}  // namespace

Result<std::vector<std::string>> parse_command(std::string_view text) {
  const std::size_t at = text.find_first_not_of(white_space);
  const char first = at == text.npos ? ' ' : text[at];
  auto words = first == '{' || first == '[' ? from_json(text, first) : split(text);
  if (!words) return words;
  if (words->empty() || words->front().empty())
    return refusal(Errc::invalid,
                   "the template has no command (dockerArgs); set it to the command of a worker, for "
                   "example: python3 -u handler.py");
  for (const auto& word : *words)
    if (word.find('\0') != word.npos)
      return refusal(Errc::invalid, "the template's command (dockerArgs) contains a NUL character");
  return words;
}

}  // namespace pilotlight::runtime
