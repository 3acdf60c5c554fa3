#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/graphql/saved_things.hpp"
#include "base/time.hpp"
#include "domain/credentials/answers.hpp"
#include "domain/definitions/answers.hpp"
#include "domain/jobs/answers.hpp"

namespace pilotlight::api {

/// The templates, endpoints and volumes that one response shows, with the workers: those of an account, and
/// those that mutations of the request have saved, each as it was then. A template, an endpoint, a volume or
/// a worker stands in the response's tree as its place, a number, until fields of it are selected.
class Catalog {
 public:
  /// `content` is not null.
  explicit Catalog(std::shared_ptr<const answer::CatalogContent> content);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  /// Places of what a mutation has saved. `used`: the endpoint's template; null: there is none.
  boost::json::value add(std::shared_ptr<const Template> saved);
  boost::json::value add(answer::EndpointEntry saved, std::shared_ptr<const Template> used);
  boost::json::value add(std::shared_ptr<const NetworkVolume> saved);

  SavedThings<RegistryCredential>& registries() { return registries_; }
  const SavedThings<RegistryCredential>& registries() const { return registries_; }
  SavedThings<Secret>& secrets() { return secrets_; }
  const SavedThings<Secret>& secrets() const { return secrets_; }

  /// The account's public key from now on; a mutation has saved it.
  void set_public_key(std::string key) { saved_public_key_ = std::move(key); }
  /// Empty: there is none.
  std::string_view public_key() const;

  /// Places of the account's templates, endpoints and volumes; null where there is none of that id. Bound
  /// templates are not among the former.
  boost::json::value templates() const;
  boost::json::value endpoints() const;
  boost::json::value volumes() const;
  boost::json::value template_of_id(std::string_view id) const;
  boost::json::value endpoint_of_id(std::string_view id) const;
  boost::json::value volume_of_id(std::string_view id) const;

  const Template& template_at(const boost::json::value& place) const;
  const answer::EndpointEntry& endpoint_at(const boost::json::value& place) const;
  const NetworkVolume& volume_at(const boost::json::value& place) const;
  /// The place of an endpoint's template; null: there is none.
  boost::json::value template_of(const boost::json::value& endpoint_place) const;

  /// A worker with its endpoint and that endpoint's template; null: there is none.
  struct WorkerAt {
    const Worker& worker;
    const Endpoint& endpoint;
    const Template* used;
  };
  /// Places of an endpoint's workers, without those that were registered to be started by hand and were not
  /// heard of since: no live workers.
  boost::json::value workers_of(const boost::json::value& endpoint_place) const;
  WorkerAt worker_at(const boost::json::value& worker_place) const;

  /// Ids of all endpoints that the response may show.
  std::vector<EndpointId> endpoint_ids() const;
  /// Adds what the endpoints of endpoint_ids() do, in their order; nullopt: one is not there any more.
  void add_health(std::vector<std::optional<answer::Health>> health, Timestamp read);
  /// Null: nothing was added for the endpoint.
  const answer::Health* health_of(const boost::json::value& endpoint_place) const;
  Timestamp health_read() const { return health_read_; }

 private:
  struct SavedEndpoint {
    answer::EndpointEntry entry;
    boost::json::value template_place;
  };

  std::shared_ptr<const answer::CatalogContent> content_;
  std::unordered_map<std::string_view, std::size_t> templates_;  ///< places by id
  std::unordered_map<std::string_view, std::size_t> endpoints_;
  std::unordered_map<std::string_view, std::size_t> volumes_;
  std::vector<std::shared_ptr<const Template>> saved_templates_;  ///< their places follow the content's
  std::vector<SavedEndpoint> saved_endpoints_;
  std::vector<std::shared_ptr<const NetworkVolume>> saved_volumes_;
  std::vector<std::optional<answer::Health>> health_;  ///< by the endpoint's place; or empty
  Timestamp health_read_{};
  std::optional<std::string> saved_public_key_;
  SavedThings<RegistryCredential> registries_;
  SavedThings<Secret> secrets_;
};

}  // namespace pilotlight::api
