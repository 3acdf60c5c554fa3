#include "core/definitions.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/mutant.hpp"

namespace pilotlight::core {
namespace {

answer::EndpointEntry entry_of(const LiveEndpoint& live) {
  answer::EndpointEntry entry{live.endpoint, {}};
  entry.workers.reserve(live.workers.size());
  for (const LiveWorker* worker : live.workers) entry.workers.push_back(worker->worker);
  return entry;
}

}  // namespace

const Template* Definitions::find_template(const TemplateId& id) const {
  const auto found = template_index_.find(id);
  return found == template_index_.end() ? nullptr : found->second.get();
}

std::shared_ptr<const Template> Definitions::shared_template(const TemplateId& id) const {
  const auto found = template_index_.find(id);
  return found == template_index_.end() ? nullptr : found->second;
}

const Template* Definitions::template_named(const std::string& name) const {
  const auto found = template_names_.find(name);
  return found == template_names_.end() ? nullptr : find_template(found->second);
}

std::shared_ptr<const Template> Definitions::put(Template value) {
  const auto made = std::make_shared<const Template>(std::move(value));
  auto& place = template_index_[made->id];
  if (place == nullptr) {
    templates_.push_back(made);
  } else {
    forget_name(*place);
    *std::find(templates_.begin(), templates_.end(), place) = made;
  }
  if (made->bound_endpoint.empty()) template_names_.emplace(made->name, made->id);
  place = made;
  return made;
}

void Definitions::remove_template(const TemplateId& id) {
  const auto found = template_index_.find(id);
  if (found == template_index_.end()) return;
  forget_name(*found->second);
  std::erase(templates_, found->second);
  template_index_.erase(found);
}

void Definitions::forget_name(const Template& old) {
  if (!old.bound_endpoint.empty()) return;
  const auto [first, last] = template_names_.equal_range(old.name);
  template_names_.erase(
      std::find_if(first, last, [&old](const auto& named) { return named.second == old.id; }));
}

LiveEndpoint* Definitions::find_endpoint(const EndpointId& id) const {
  const auto found = endpoint_index_.find(id);
  return found == endpoint_index_.end() ? nullptr : found->second;
}

LiveEndpoint* Definitions::visible_endpoint(const EndpointId& id) const {
  LiveEndpoint* endpoint = find_endpoint(id);
  return endpoint == nullptr || endpoint->deleting ? nullptr : endpoint;
}

LiveEndpoint& Definitions::intern_endpoint(const EndpointId& id) {
  if (LiveEndpoint* known = find_endpoint(id)) return *known;
  LiveEndpoint& made = *endpoints_.emplace_back(std::make_unique<LiveEndpoint>());
  made.id = id;
  made.counters.endpoint = id;
  endpoint_index_[id] = &made;
  return made;
}

void Definitions::remove_endpoint(const EndpointId& id) {
  const auto found = endpoint_index_.find(id);
  if (found == endpoint_index_.end()) return;
  const LiveEndpoint* gone = found->second;
  endpoint_index_.erase(found);
  std::erase_if(endpoints_, [gone](const auto& owned) { return owned.get() == gone; });
}

void Definitions::sort() {
  std::sort(templates_.begin(), templates_.end(), [](const auto& a, const auto& b) {
    return std::tie(a->created, a->id) < std::tie(b->created, b->id);
  });
  std::sort(endpoints_.begin(), endpoints_.end(), [](const auto& a, const auto& b) {
    return std::tie(a->endpoint->created, a->id) < std::tie(b->endpoint->created, b->id);
  });
}

Volumes::All Definitions::volumes_of(const Endpoint& endpoint) const {
  Volumes::All named;
  const auto add = [this, &named](std::string_view id) {
    Volumes::Volume found = volumes_.find(id);
    if (found != nullptr && std::find(named.begin(), named.end(), found) == named.end())
      named.push_back(std::move(found));
  };
  add(endpoint.network_volume_id);
  for (const std::string& id : endpoint.network_volume_ids) add(id);
  return named;
}

Definitions::Catalog Definitions::catalog(std::uint64_t version,
                                          std::shared_ptr<const std::string> public_key) {
  const bool current = catalog_version_ == version || mutant(Mutant::old_catalog_shown);
  if (catalog_ != nullptr && current) return catalog_;
  answer::CatalogContent content{templates_, {}, std::move(public_key), volumes_.all()};
  content.endpoints.reserve(endpoints_.size());
  for (const auto& live : endpoints_)
    if (!live->deleting) content.endpoints.push_back(entry_of(*live));
  catalog_version_ = version;
  return catalog_ = std::make_shared<const answer::CatalogContent>(std::move(content));
}

Definitions::Catalog Definitions::catalog_of(const TemplateId& only) const {
  answer::CatalogContent content;
  if (auto found = shared_template(only)) content.templates.push_back(std::move(found));
  return std::make_shared<const answer::CatalogContent>(std::move(content));
}

Definitions::Catalog Definitions::catalog_of(const VolumeId& only) const {
  answer::CatalogContent content;
  if (auto found = volumes_.find(only)) content.volumes.push_back(std::move(found));
  return std::make_shared<const answer::CatalogContent>(std::move(content));
}

Definitions::Catalog Definitions::catalog_of(const EndpointId& only) const {
  answer::CatalogContent content;
  if (const LiveEndpoint* live = visible_endpoint(only)) {
    content.endpoints.push_back(entry_of(*live));
    if (auto used = shared_template(live->endpoint->template_id))
      content.templates.push_back(std::move(used));
    content.volumes = volumes_of(*live->endpoint);
  }
  return std::make_shared<const answer::CatalogContent>(std::move(content));
}

}  // namespace pilotlight::core
