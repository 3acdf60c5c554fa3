#include "api/rest_v2/templates.hpp"

#include "api/responses.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/container.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/template_schemas.hpp"
#include "api/rest_v2/template_view.hpp"
#include "service/definitions/templates.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using Templates = std::vector<std::shared_ptr<const Template>>;

constexpr std::string_view templates_path = "/v2/templates";
constexpr std::string_view template_path = "/v2/templates/{id}";

/// To have too many templates is against a rule, too.
Response refused_template(const Error& error) {
  return error.code == Errc::busy ? problem(400, error.message) : problem_of_rule(error);
}

std::optional<TemplateId> template_id_in(const Request& request) {
  return id_in<TemplateId>(request, "/v2/templates/{}");
}

Position position_of_template(const std::shared_ptr<const Template>& value) {
  return {to_ms(value->created), value->id.text()};
}

/// The free-standing ones, newest first.
Templates listed_templates(const answer::CatalogContent& content) {
  Templates all = content.templates;
  std::erase_if(all, [](const auto& one) { return !one->bound_endpoint.empty(); });
  sort_by_position(all, position_of_template);
  return all;
}

/// On a background thread: it reads environments.
std::string template_list(Store& store, const answer::CatalogContent& content, const PageQuery& asked) {
  const Templates all = listed_templates(content);
  JsonWriter json;
  const Page page = add_items(
      json, asked, all.size(), [&all](std::size_t i) { return position_of_template(all[i]); },
      [&](std::size_t i) {
        add_template(json.open(), *all[i], service::template_variables(store, *all[i]));
        json.close();
      });
  add_pagination(json, page);
  return json.done();
}

awaitable<Response> list_templates(Context& context, Call call) {
  const auto asked = page_query("templates", call.query.root());
  if (!asked) co_return not_valid({asked.error().message});
  const auto content = co_await service::read_catalog(context, call.exchange);
  auto write = [&] { return template_list(context.store, *content, *asked); };
  std::string text = co_await in_background(context, call.exchange, std::move(write));
  co_return json_response(200, std::move(text));
}

awaitable<service::Environment> read_variables(Context& context, Exchange& exchange, const Template& value) {
  auto read = [&context, &value] { return service::template_variables(context.store, value); };
  auto variables = co_await on_files_thread(context, exchange, std::move(read));
  co_return variables;
}

awaitable<Response> template_response(Context& context, Exchange& exchange, int status,
                                      std::shared_ptr<const Template> value) {
  const auto variables = co_await read_variables(context, exchange, *value);
  JsonWriter json;
  add_template(json, *value, variables);
  co_return json_response(status, json.done());
}

/// The free-standing template that the path names; null: there is none.
awaitable<std::shared_ptr<const Template>> find_template(Context& context, Call& call) {
  const auto id = template_id_in(call.request);
  if (!id) co_return nullptr;
  auto found = co_await service::read_free_standing(context, call.exchange, *id);
  co_return found;
}

awaitable<Response> show_template(Context& context, Call call) {
  auto found = co_await find_template(context, call);
  if (!found) co_return not_found();
  Response response = co_await template_response(context, call.exchange, 200, std::move(found));
  co_return response;
}

awaitable<Response> save_template(Context& context, Call& call, int status, TemplateCommand command) {
  if (!command) co_return problem_of(command.error());
  command->account = call.account.id();
  auto variables = read_env(call.body.root());
  auto saved =
      co_await service::save_template(context, call.exchange, std::move(*command), std::move(variables));
  if (!saved) co_return refused_template(saved.error());
  Response response = co_await template_response(context, call.exchange, status, std::move(*saved));
  co_return response;
}

awaitable<Response> create_template(Context& context, Call call) {
  auto command = new_template(call.body.root());
  Response response = co_await save_template(context, call, 201, std::move(command));
  co_return response;
}

awaitable<Response> change_template(Context& context, Call call) {
  const auto before = co_await find_template(context, call);
  if (!before) co_return not_found();
  auto command = changed_template(call.body.root(), *before);
  Response response = co_await save_template(context, call, 200, std::move(command));
  co_return response;
}

awaitable<Response> delete_template(Context& context, Call call) {
  const auto id = template_id_in(call.request);
  if (!id) co_return not_found();
  const auto deleted = co_await service::delete_template(context, call.exchange, *id);
  co_return deleted ? no_content() : refused_template(deleted.error());
}

}  // namespace

std::vector<Operation> template_operations(Context& context) {
  using net::Method;
  const std::string all(templates_path), one(template_path);
  return {{.method = Method::get,
           .path = all,
           .id = "listTemplates",
           .summary = "Lists the templates, newest first, without those of a single endpoint",
           .query = &page_schemas::query,
           .answer = &list_templates_answer,
           .handler = handler_of(context, list_templates)},
          {.method = Method::post,
           .path = all,
           .id = "createTemplate",
           .summary = "Makes a template",
           .body = &create_template_request,
           .answer = &template_answer,
           .status = 201,
           .handler = handler_of(context, create_template)},
          {.method = Method::get,
           .path = one,
           .id = "getTemplate",
           .summary = "Reads a template",
           .answer = &template_answer,
           .handler = handler_of(context, show_template)},
          {.method = Method::patch,
           .path = one,
           .id = "updateTemplate",
           .summary = "Changes what the body names of a template, and renews the workers that run it",
           .body = &update_template_request,
           .answer = &template_answer,
           .handler = handler_of(context, change_template)},
          {.method = Method::delete_,
           .path = one,
           .id = "deleteTemplate",
           .summary = "Deletes a template that no endpoint uses",
           .status = 204,
           .handler = handler_of(context, delete_template)}};
}

}  // namespace pilotlight::api::rest_v2
