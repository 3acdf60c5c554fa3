#pragma once

#include <boost/json.hpp>
#include <unordered_map>

#include "domain/answer.hpp"
#include "graphql/schema.hpp"

namespace pilotlight::api {

/// All templates and endpoints as one response shows them. The source of its resolvers: what is selected is
/// made when it is reached, one thing at a time, however often the request asks for the whole account. A
/// template or an endpoint is its place in the list until then.
class Catalog {
 public:
  explicit Catalog(std::shared_ptr<const answer::CatalogContent> content);

  boost::json::value templates() const;
  boost::json::value endpoints() const;
  /// Null: there is none.
  boost::json::value endpoint(std::string_view id) const;

  boost::json::value made_template(const boost::json::value& place) const;
  boost::json::value made_endpoint(const boost::json::value& place) const;
  /// The template of a made endpoint.
  boost::json::value template_of(const boost::json::value& endpoint) const;

 private:
  const Template* find_template(std::string_view id) const;

  std::shared_ptr<const answer::CatalogContent> content_;
  std::unordered_map<std::string_view, std::size_t> templates_;  ///< places by id
  std::unordered_map<std::string_view, std::size_t> endpoints_;
};

/// A Catalog as the source of complete(); nothing for null.
std::any catalog_source(std::shared_ptr<const answer::CatalogContent> content);

/// Lets the fields of `myself` be found in the source.
void resolve_catalog(graphql::Schema& schema);

}  // namespace pilotlight::api
