#pragma once

#include <vector>

#include "graphql/document_index.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::graphql {

/// What is wrong with a document; empty: it may be executed. At most 100 errors. Time is bounded by the size
/// of the document and `limits.fields_max`.
std::vector<RequestError> validate(const Schema& schema, const ast::Document& document, const Limits& limits);

/// Errors of one validation, with a bound on their number.
class Report {
 public:
  void add(std::string message, std::vector<Location> where);
  bool empty() const { return errors_.empty(); }
  /// Nothing more will be kept: whoever still looks for errors may stop.
  bool full() const;
  std::vector<RequestError> take() { return std::move(errors_); }

 private:
  std::vector<RequestError> errors_;
};

/// Fragments that contain themselves, spreads deeper than the limit and more fields than the limit. False:
/// the document must not be walked through its spreads.
bool check_expansion(const DocumentIndex& index, const Limits& limits, Report& report);

/// Fields with the same response key that cannot be merged. The document must be valid but for that.
void check_merging(const DocumentIndex& index, Report& report);

}  // namespace pilotlight::graphql
