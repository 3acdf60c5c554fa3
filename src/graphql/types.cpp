#include "graphql/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace pilotlight::graphql {
namespace {

constexpr std::size_t suggestions_max = 5;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other.
std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  std::iota(cost[0].begin(), cost[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + change);
    }
  }
  return cost[a.size()][b.size()];
}

/// Nothing when the two are too far apart.
std::optional<std::size_t> distance(std::string_view typed, std::string_view option) {
  const std::size_t allowed = typed.size() * 4 / 10 + 1;
  const std::size_t apart =
      typed.size() > option.size() ? typed.size() - option.size() : option.size() - typed.size();
  if (apart > allowed) return std::nullopt;
  if (typed == option) return 0;
  const std::string a = lower(typed);
  const std::string b = lower(option);
  const std::size_t found = a == b ? 1 : edits(a, b);
  return found <= allowed ? std::optional(found) : std::nullopt;
}

}  // namespace

std::string to_string(const ast::Type& type) {
  switch (type.shape) {
    case ast::TypeShape::named: return type.name;
    case ast::TypeShape::list: return "[" + to_string(*type.of) + "]";
    case ast::TypeShape::non_null: return to_string(*type.of) + "!";
  }
  return {};
}

const std::string& named_type(const ast::Type& type) {
  const ast::Type* inner = &type;
  while (inner->shape != ast::TypeShape::named) inner = inner->of.get();
  return inner->name;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& options,
                         std::string_view before) {
  std::vector<std::pair<std::size_t, std::string_view>> close;
  for (const std::string_view option : options) {
    if (const auto far = distance(typed, option)) close.emplace_back(*far, option);
  }
  if (close.empty()) return {};
  std::sort(close.begin(), close.end());
  if (close.size() > suggestions_max) close.resize(suggestions_max);
  std::string text = fmt::format(" Did you mean {}", before);
  for (std::size_t i = 0; i < close.size(); ++i) {
    const bool last = i + 1 == close.size();
    if (i > 0) text += close.size() == 2 ? " or " : last ? ", or " : ", ";
    text += fmt::format("\"{}\"", close[i].second);
  }
  return text + "?";
}

}  // namespace pilotlight::graphql
