#include <fmt/format.h>

#include <algorithm>

#include "graphql/validate.hpp"

namespace pilotlight::graphql {
namespace {

/// What selections amount to once every fragment in them is spread.
struct Extent {
  std::size_t fields = 0;
  std::size_t depth = 0;
};

class Expansion {
 public:
  Expansion(const DocumentIndex& index, const Limits& limits, Report& report)
      : index_(index), limits_(limits), report_(report) {}

  bool bounded() {
    std::size_t fields = 0;
    for (const ast::Fragment* fragment : index_.fragments) of_fragment(*fragment, 0);
    for (const ast::Operation* operation : index_.operations) fields += of(operation->selections, 0).fields;
    if (bounded_ && fields > limits_.fields_max) {
      refuse(fmt::format("Document selects more than {} fields.", limits_.fields_max), {});
    }
    return bounded_;
  }

 private:
  Extent of(const std::vector<ast::Selection>& selections, std::size_t depth) {
    Extent extent;
    if (depth > limits_.depth_max) {
      refuse(fmt::format("Document is nested deeper than {} levels.", limits_.depth_max), {});
      return extent;
    }
    for (const ast::Selection& selection : selections) {
      if (!bounded_) return extent;
      Extent inner;
      if (selection.kind == ast::SelectionKind::spread) {
        const ast::Fragment* fragment = index_.fragment(selection.name);
        if (fragment != nullptr) inner = of_spread(selection, *fragment, depth + 1);
      } else {
        inner = of(selection.selections, depth + 1);
      }
      extent.fields += inner.fields + (selection.kind == ast::SelectionKind::field ? 1 : 0);
      extent.fields = std::min(extent.fields, limits_.fields_max + 1);
      extent.depth = std::max(extent.depth, inner.depth + 1);
    }
    return extent;
  }

  Extent of_spread(const ast::Selection& spread, const ast::Fragment& fragment, std::size_t depth) {
    const auto open = std::find(open_.begin(), open_.end(), &fragment);
    if (open != open_.end()) {
      refuse_cycle(static_cast<std::size_t>(open - open_.begin()), spread);
      return {};
    }
    spreads_.push_back(spread.location);
    const Extent extent = of_fragment(fragment, depth);
    spreads_.pop_back();
    if (bounded_ && depth + extent.depth > limits_.depth_max) {
      refuse(fmt::format("Document is nested deeper than {} levels.", limits_.depth_max), {spread.location});
    }
    return extent;
  }

  Extent of_fragment(const ast::Fragment& fragment, std::size_t depth) {
    const auto known = known_.find(&fragment);
    if (known != known_.end()) return known->second;
    open_.push_back(&fragment);
    const Extent extent = of(fragment.selections, depth);
    open_.pop_back();
    if (bounded_) known_.emplace(&fragment, extent);
    return extent;
  }

  /// `spread` closes a circle that starts with the open fragment `first`.
  void refuse_cycle(std::size_t first, const ast::Selection& spread) {
    std::string via;
    for (std::size_t step = first + 1; step < open_.size(); ++step)
      via += fmt::format("{}\"{}\"", via.empty() ? " via " : ", ", open_[step]->name);
    std::vector<Location> where(spreads_.end() - static_cast<std::ptrdiff_t>(open_.size() - first - 1),
                                spreads_.end());
    where.push_back(spread.location);
    refuse(fmt::format("Cannot spread fragment \"{}\" within itself{}.", open_[first]->name, via),
           std::move(where));
  }

  void refuse(std::string why, std::vector<Location> where) {
    if (bounded_) report_.add(std::move(why), std::move(where));
    bounded_ = false;
  }

  const DocumentIndex& index_;
  const Limits& limits_;
  Report& report_;
  bool bounded_ = true;
  std::vector<const ast::Fragment*> open_;  ///< from the outermost to the one at hand
  std::vector<Location> spreads_;           ///< that led to the open fragments
  std::map<const ast::Fragment*, Extent> known_;
};

}  // namespace

bool check_expansion(const DocumentIndex& index, const Limits& limits, Report& report) {
  return Expansion(index, limits, report).bounded();
}

}  // namespace pilotlight::graphql
