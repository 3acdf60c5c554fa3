#include "api/graphql/catalog.hpp"

#include "api/graphql/views.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

json::value places(std::size_t count) {
  json::array all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

const Catalog& catalog_in(const std::any& source) {
  return *std::any_cast<const std::shared_ptr<const Catalog>&>(source);
}

}  // namespace

Catalog::Catalog(std::shared_ptr<const answer::CatalogContent> content) : content_(std::move(content)) {
  for (std::size_t i = 0; i < content_->templates.size(); ++i)
    templates_.emplace(content_->templates[i]->id.view(), i);
  for (std::size_t i = 0; i < content_->endpoints.size(); ++i)
    endpoints_.emplace(content_->endpoints[i].endpoint->id.view(), i);
}

json::value Catalog::templates() const {
  return places(content_->templates.size());
}

json::value Catalog::endpoints() const {
  return places(content_->endpoints.size());
}

json::value Catalog::endpoint(std::string_view id) const {
  const auto found = endpoints_.find(id);
  return found == endpoints_.end() ? json::value() : json::value(found->second);
}

json::value Catalog::made_template(const json::value& place) const {
  return template_view(*content_->templates.at(place.to_number<std::size_t>()));
}

json::value Catalog::made_endpoint(const json::value& place) const {
  const answer::EndpointEntry& entry = content_->endpoints.at(place.to_number<std::size_t>());
  return endpoint_view(entry, find_template(entry.endpoint->template_id.view()));
}

json::value Catalog::template_of(const json::value& endpoint) const {
  const auto found = templates_.find(endpoint.at("templateId").as_string());
  return found == templates_.end() ? json::value() : json::value(found->second);
}

const Template* Catalog::find_template(std::string_view id) const {
  const auto found = templates_.find(id);
  return found == templates_.end() ? nullptr : content_->templates[found->second].get();
}

std::any catalog_source(std::shared_ptr<const answer::CatalogContent> content) {
  if (content == nullptr) return {};
  return std::make_shared<const Catalog>(std::move(content));
}

void resolve_catalog(graphql::Schema& schema) {
  const auto user = [](const json::value&, const std::any&) -> json::value {
    return {{"id", account_id}, {"serverlessDiscount", nullptr}};
  };
  const auto made_template = [](const json::value& place, const std::any& source) {
    return catalog_in(source).made_template(place);
  };
  const auto made_endpoint = [](const json::value& place, const std::any& source) {
    return catalog_in(source).made_endpoint(place);
  };
  const auto templates = [](const json::value&, const json::object&, const std::any& source) {
    return catalog_in(source).templates();
  };
  const auto endpoints = [](const json::value&, const json::object&, const std::any& source) {
    return catalog_in(source).endpoints();
  };
  const auto endpoint = [](const json::value&, const json::object& arguments, const std::any& source) {
    return catalog_in(source).endpoint(arguments.at("id").as_string());
  };
  // A mutation's result has the template as it was then.
  const auto template_of = [](const json::value& parent, const json::object&, const std::any& source) {
    const json::value* saved = parent.as_object().if_contains("template");
    return saved != nullptr ? *saved : catalog_in(source).template_of(parent);
  };
  const bool placed =
      schema.make("User", user) && schema.make("PodTemplate", made_template) &&
      schema.make("Endpoint", made_endpoint) && schema.resolve("User.podTemplates", templates) &&
      schema.resolve("User.endpoints", endpoints) && schema.resolve("User.endpoint", endpoint) &&
      schema.resolve("Endpoint.template", template_of);
  ASSERT(placed);
}

}  // namespace pilotlight::api
