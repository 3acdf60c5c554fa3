#include "api/graphql/catalog.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

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

json::value Catalog::templates() const {
  return places(content_->templates.size());
}

json::value Catalog::endpoints() const {
  return places(content_->endpoints.size());
}

json::value Catalog::template_of_id(std::string_view id) const {
  return place_in(templates_, id);
}

json::value Catalog::endpoint_of_id(std::string_view id) const {
  return place_in(endpoints_, id);
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

json::value Catalog::template_of(const json::value& endpoint_place) const {
  const auto at = endpoint_place.to_number<std::size_t>();
  const std::size_t count = content_->endpoints.size();
  if (at >= count) return saved_endpoints_.at(at - count).template_place;
  return template_of_id(content_->endpoints[at].endpoint->template_id.view());
}

}  // namespace pilotlight::api
