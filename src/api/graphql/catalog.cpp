#include "api/graphql/catalog.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

/// A worker's place: the endpoint's, and in these lower bits the worker's among the endpoint's.
constexpr unsigned worker_bits = 32;

json::value places(std::size_t count) {
  json::array all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

json::value place_in(const std::unordered_map<std::string_view, std::size_t>& places, std::string_view id) {
  const auto found = places.find(id);
  return found == places.end() ? json::value() : json::value(found->second);
}

}  // namespace

Catalog::Catalog(std::shared_ptr<const answer::CatalogContent> content) : content_(std::move(content)) {
  for (std::size_t i = 0; i < content_->templates.size(); ++i)
    templates_.emplace(content_->templates[i]->id.view(), i);
  for (std::size_t i = 0; i < content_->endpoints.size(); ++i)
    endpoints_.emplace(content_->endpoints[i].endpoint->id.view(), i);
  for (std::size_t i = 0; i < content_->volumes.size(); ++i)
    volumes_.emplace(content_->volumes[i]->id.view(), i);
}

json::value Catalog::add(std::shared_ptr<const Template> saved) {
  saved_templates_.push_back(std::move(saved));
  return content_->templates.size() + saved_templates_.size() - 1;
}

json::value Catalog::add(answer::EndpointEntry saved, std::shared_ptr<const Template> used) {
  json::value template_place = used ? add(std::move(used)) : json::value();
  saved_endpoints_.push_back({std::move(saved), std::move(template_place)});
  return content_->endpoints.size() + saved_endpoints_.size() - 1;
}

json::value Catalog::add(std::shared_ptr<const NetworkVolume> saved) {
  const std::size_t place = content_->volumes.size() + saved_volumes_.size();
  volumes_.insert_or_assign(saved->id.view(), place);
  saved_volumes_.push_back(std::move(saved));
  return place;
}

std::string_view Catalog::public_key() const {
  if (saved_public_key_) return *saved_public_key_;
  return content_->public_key ? std::string_view(*content_->public_key) : std::string_view();
}

json::value Catalog::templates() const {
  json::array listed;
  for (std::size_t i = 0; i < content_->templates.size(); ++i)
    if (content_->templates[i]->bound_endpoint.empty()) listed.emplace_back(i);
  return listed;
}

json::value Catalog::endpoints() const {
  return places(content_->endpoints.size());
}

json::value Catalog::volumes() const {
  return places(content_->volumes.size());
}

json::value Catalog::template_of_id(std::string_view id) const {
  return place_in(templates_, id);
}

json::value Catalog::endpoint_of_id(std::string_view id) const {
  return place_in(endpoints_, id);
}

json::value Catalog::volume_of_id(std::string_view id) const {
  return place_in(volumes_, id);
}

const Template& Catalog::template_at(const json::value& place) const {
  const auto at = place.to_number<std::size_t>();
  const std::size_t count = content_->templates.size();
  return at < count ? *content_->templates[at] : *saved_templates_.at(at - count);
}

const answer::EndpointEntry& Catalog::endpoint_at(const json::value& place) const {
  const auto at = place.to_number<std::size_t>();
  const std::size_t count = content_->endpoints.size();
  return at < count ? content_->endpoints[at] : saved_endpoints_.at(at - count).entry;
}

const NetworkVolume& Catalog::volume_at(const json::value& place) const {
  const auto at = place.to_number<std::size_t>();
  const std::size_t count = content_->volumes.size();
  return at < count ? *content_->volumes[at] : *saved_volumes_.at(at - count);
}

json::value Catalog::workers_of(const json::value& endpoint_place) const {
  const auto endpoint = endpoint_place.to_number<std::uint64_t>();
  const std::vector<Worker>& workers = endpoint_at(endpoint_place).workers;
  json::array all;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const bool started =
        workers[i].origin == WorkerOrigin::runtime || workers[i].state != WorkerState::starting;
    if (started) all.emplace_back(endpoint << worker_bits | i);
  }
  return all;
}

Catalog::WorkerAt Catalog::worker_at(const json::value& worker_place) const {
  const auto at = worker_place.to_number<std::uint64_t>();
  const json::value endpoint_place = at >> worker_bits;
  const answer::EndpointEntry& entry = endpoint_at(endpoint_place);
  const json::value used = template_of(endpoint_place);
  return {entry.workers.at(at & ((1ULL << worker_bits) - 1)), *entry.endpoint,
          used.is_null() ? nullptr : &template_at(used)};
}

std::vector<EndpointId> Catalog::endpoint_ids() const {
  std::vector<EndpointId> ids;
  for (const answer::EndpointEntry& entry : content_->endpoints) ids.push_back(entry.endpoint->id);
  for (const SavedEndpoint& saved : saved_endpoints_) ids.push_back(saved.entry.endpoint->id);
  return ids;
}

void Catalog::add_health(std::vector<std::optional<answer::Health>> health, Timestamp read) {
  health_ = std::move(health);
  health_read_ = read;
}

const answer::Health* Catalog::health_of(const json::value& endpoint_place) const {
  const auto at = endpoint_place.to_number<std::size_t>();
  return at < health_.size() && health_[at] ? &*health_[at] : nullptr;
}

json::value Catalog::template_of(const json::value& endpoint_place) const {
  const auto at = endpoint_place.to_number<std::size_t>();
  const std::size_t count = content_->endpoints.size();
  if (at >= count) return saved_endpoints_.at(at - count).template_place;
  return template_of_id(content_->endpoints[at].endpoint->template_id.view());
}

}  // namespace pilotlight::api
