#include "service/credentials/substitution.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "domain/credentials/secret.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::service {
namespace {

constexpr std::string_view opening = "{{", closing = "}}", prefix = "RUNPOD_SECRET_", blanks = " \t";
constexpr std::size_t hidden_bytes_min = 4;  ///< a shorter secret is in every text, and would hide the log
constexpr std::size_t reasons_max = 10;
constexpr std::size_t shown_name_max = 100;  ///< bytes of a variable's name in a reason

/// A place in a value that names a secret.
struct Placeholder {
  std::size_t begin = 0, end = 0;
  std::string_view name;
};

/// The name in the text between two pairs of braces; empty: it names no secret.
std::string_view name_in(std::string_view inside) {
  const std::size_t first = inside.find_first_not_of(blanks);
  if (first == inside.npos) return {};
  inside = inside.substr(first, inside.find_last_not_of(blanks) - first + 1);
  if (!inside.starts_with(prefix)) return {};
  inside.remove_prefix(prefix.size());
  return is_secret_name(inside) ? inside : std::string_view();
}

/// The first placeholder at `from` or behind it. Of several opening braces the last before its end count.
std::optional<Placeholder> next_placeholder(std::string_view value, std::size_t from) {
  for (std::size_t begin = value.find(opening, from); begin != value.npos;
       begin = value.find(opening, from)) {
    const std::size_t end = value.find(closing, begin + opening.size());
    if (end == value.npos) return std::nullopt;
    begin = value.rfind(opening, end - opening.size());
    const std::size_t inside = begin + opening.size();
    const std::string_view name = name_in(value.substr(inside, end - inside));
    from = end + closing.size();
    if (!name.empty()) return Placeholder{begin, from, name};
  }
  return std::nullopt;
}

/// A secret as it may be printed: at the end of a line its own line end is not to be told from the line's.
std::string_view without_line_ends(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string called(const std::string& variable) {
  return "variable " + std::string(beginning_of(variable, shown_name_max));
}

class Substitution {
 public:
  explicit Substitution(const FindSecret& find) : find_(find) {}

  void change(const std::string& variable, std::string& value) {
    std::string changed;
    std::size_t from = 0;
    bool any = false;
    while (const auto place = next_placeholder(value, from)) {
      changed.append(value, from, place->begin - from);
      const Result<std::string> secret = find_(place->name);
      if (secret) {
        changed += *secret;
        hide(*secret);
      } else {
        changed.append(value, place->begin, place->end - place->begin);
        tell(called(variable) + ": {{ RUNPOD_SECRET_" + std::string(place->name) +
             " }} stays as it is, because " + secret.error().message);
      }
      any = any || secret;
      from = place->end;
      if (!fits(changed)) break;
    }
    if (!any) return;
    changed.append(value, from);
    if (!fits(changed))
      return tell(called(variable) + " stays as it is, because with its secrets it is too long");
    left_ -= changed.size();
    hide(changed);
    value = std::move(changed);
  }

  std::vector<std::string> hidden() const { return {hidden_.begin(), hidden_.end()}; }
  std::string note() const {
    std::string text;
    for (const std::string& reason : reasons_) text += (text.empty() ? "" : "; ") + reason;
    if (left_out_ > 0) text += "; and " + std::to_string(left_out_) + " more";
    return text;
  }

 private:
  void hide(std::string_view text) {
    for (const std::string_view form : {text, without_line_ends(text)})
      if (form.size() >= hidden_bytes_min) hidden_.emplace(form);
  }
  void tell(std::string reason) {
    if (reasons_.size() < reasons_max)
      reasons_.push_back(std::move(reason));
    else
      ++left_out_;
  }
  bool fits(const std::string& value) const { return value.size() <= std::min(substituted_value_max, left_); }

  const FindSecret& find_;
  std::set<std::string> hidden_;
  std::vector<std::string> reasons_;
  std::size_t left_out_ = 0;
  std::size_t left_ = substituted_bytes_max;  ///< bytes that further values may have
};

}  // namespace

Substituted with_secrets(Environment variables, const FindSecret& find) {
  Substitution substitution(find);
  for (auto& [name, value] : variables) substitution.change(name, value);
  return {std::move(variables), substitution.hidden(), substitution.note()};
}

}  // namespace pilotlight::service
