#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/definitions/answers.hpp"

namespace pilotlight::api {

/// The templates and endpoints that one response shows: those of an account, and those that mutations of the
/// request have saved, each as it was then. A template or an endpoint stands in the response's tree as its
/// place, a number, until fields of it are selected.
class Catalog {
 public:
  /// `content` is not null.
  explicit Catalog(std::shared_ptr<const answer::CatalogContent> content);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  /// Places of what a mutation has saved. `used`: the endpoint's template; null: there is none.
  boost::json::value add(std::shared_ptr<const Template> saved);
  boost::json::value add(answer::EndpointEntry saved, std::shared_ptr<const Template> used);

  /// Places of the account's templates and endpoints; null where there is none of that id.
  boost::json::value templates() const;
  boost::json::value endpoints() const;
  boost::json::value template_of_id(std::string_view id) const;
  boost::json::value endpoint_of_id(std::string_view id) const;

  const Template& template_at(const boost::json::value& place) const;
  const answer::EndpointEntry& endpoint_at(const boost::json::value& place) const;
  /// The place of an endpoint's template; null: there is none.
  boost::json::value template_of(const boost::json::value& endpoint_place) const;

 private:
  struct SavedEndpoint {
    answer::EndpointEntry entry;
    boost::json::value template_place;
  };

  std::shared_ptr<const answer::CatalogContent> content_;
  std::unordered_map<std::string_view, std::size_t> templates_;  ///< places by id
  std::unordered_map<std::string_view, std::size_t> endpoints_;
  std::vector<std::shared_ptr<const Template>> saved_templates_;  ///< their places follow the content's
  std::vector<SavedEndpoint> saved_endpoints_;
};

}  // namespace pilotlight::api
