#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/live_endpoint.hpp"
#include "core/volumes.hpp"
#include "domain/definitions/answers.hpp"
#include "domain/definitions/template.hpp"

namespace pilotlight::core {

/// The templates, endpoints and volumes that there are, with their indexes.
class Definitions {
 public:
  using Templates = std::vector<std::shared_ptr<const Template>>;
  using Endpoints = std::vector<std::unique_ptr<LiveEndpoint>>;

  /// In order of creation.
  const Templates& templates() const { return templates_; }
  const Endpoints& endpoints() const { return endpoints_; }

  /// Null if there is none, which may be so for an endpoint that is being deleted.
  const Template* find_template(const TemplateId& id) const;
  std::shared_ptr<const Template> shared_template(const TemplateId& id) const;
  /// Bound templates have no name to be found by.
  const Template* template_named(const std::string& name) const;
  std::size_t free_standing_templates() const { return template_names_.size(); }
  /// Adds the template, or puts it in the place of the one with its id.
  std::shared_ptr<const Template> put(Template value);
  void remove_template(const TemplateId& id);

  LiveEndpoint* find_endpoint(const EndpointId& id) const;
  /// As find_endpoint, without those that are being deleted.
  LiveEndpoint* visible_endpoint(const EndpointId& id) const;
  /// Adds an endpoint without settings if there is none with this id.
  LiveEndpoint& intern_endpoint(const EndpointId& id);
  void remove_endpoint(const EndpointId& id);
  /// Puts templates and endpoints in order of creation, which records need not have.
  void sort();

  Volumes& volumes() { return volumes_; }
  const Volumes& volumes() const { return volumes_; }
  /// The known volumes that the endpoint names, each once.
  Volumes::All volumes_of(const Endpoint& endpoint) const;

  using Catalog = std::shared_ptr<const answer::CatalogContent>;

  /// All that is not being deleted. `version` is that of Call::catalog_version: the content is made once for
  /// each, and shared by those who ask meanwhile. `public_key` is part of it.
  Catalog catalog(std::uint64_t version, std::shared_ptr<const std::string> public_key);
  /// The endpoint, its template and its volumes, as far as they are there. Costs the same however many others
  /// there are.
  Catalog catalog_of(const EndpointId& only) const;
  Catalog catalog_of(const TemplateId& only) const;
  Catalog catalog_of(const VolumeId& only) const;

 private:
  void forget_name(const Template& old);

  Templates templates_;
  std::unordered_map<TemplateId, std::shared_ptr<const Template>> template_index_;  ///< never iterated
  std::multimap<std::string, TemplateId> template_names_;  ///< free-standing templates alone
  Endpoints endpoints_;
  std::unordered_map<EndpointId, LiveEndpoint*> endpoint_index_;  ///< never iterated
  Volumes volumes_;
  Catalog catalog_;  ///< null: nobody has asked for it
  std::uint64_t catalog_version_ = 0;
};

}  // namespace pilotlight::core
