#include <algorithm>

#include "core/commands/handlers.hpp"
#include "core/dispatch.hpp"
#include "core/validation.hpp"
#include "domain/accounts/commands.hpp"
#include "domain/definitions/changes.hpp"
#include "domain/definitions/commands.hpp"

namespace pilotlight::core {
namespace {

/// No more of these can be made: `option` names the limit.
std::string at_limit(std::uint64_t count, const char* things, const char* option) {
  return "there are " + std::to_string(count) + " " + things + " already, and the option " + option +
         " allows no more; delete some, or raise the option";
}

/// A worker started by hand has a poll for jobs open.
bool polls_by_hand(const LiveEndpoint& endpoint) {
  return std::any_of(endpoint.workers.begin(), endpoint.workers.end(),
                     [](const LiveWorker* worker) { return !worker->runtime() && !worker->takes.empty(); });
}

}  // namespace

void Dispatch::on(const command::SaveTemplate& c) {
  const Template* found = definitions_.find_template(c.id);
  if (c.create == (found != nullptr))
    return c.create ? call_.refuse(c.ticket, Errc::conflict, "this template exists already")
                    : call_.refuse(c.ticket, Errc::not_found, "Unable to find template");
  const std::size_t count = definitions_.templates().size();
  if (c.create && count >= limits_.templates_max)
    return call_.refuse(c.ticket, Errc::busy, at_limit(count, "templates", "templates-max"));
  Template value = c.create ? Template{} : *found;
  const Template before = value;
  value.id = c.id;
  if (c.create) value.account = c.account;
  apply_patch(c.patch, value);
  if (auto problem = invalid(value)) return call_.refuse(c.ticket, Errc::invalid, *problem);
  const Template* other = definitions_.template_named(value.name);
  if (other != nullptr && other->id != c.id)
    return call_.refuse(
        c.ticket, Errc::conflict,
        "a template named \"" + value.name + "\" already exists; names are unique, choose another");
  const bool changed = needs_new_workers(before, value);
  if (!c.create && changed) ++value.version;
  if (value.env != before.env) {
    call_.keep(value.env);
    call_.drop(before.env);
  }
  call_.save(record::TemplateSaved{value});
  const auto saved = definitions_.put(std::move(value));
  if (!c.create && changed)
    for (const auto& live : definitions_.endpoints())
      if (live->endpoint->template_id == c.id && !live->deleting) renew_workers(*live);
  call_.reply(c.ticket, answer::TemplateSaved{saved});
}

void Dispatch::on(const command::DeleteTemplate& c) {
  const Template* found = definitions_.template_named(c.name);
  if (found == nullptr)
    return call_.refuse(c.ticket, Errc::not_found, "template \"" + c.name + "\" not found");
  for (const auto& live : definitions_.endpoints())
    if (live->endpoint->template_id == found->id && !live->deleting)
      return call_.refuse(c.ticket, Errc::conflict,
                          "template \"" + c.name + "\" is in use by endpoint " + live->id.text() +
                              "; delete the endpoint or give it another template first");
  call_.save(record::TemplateRemoved{found->id});
  call_.drop(found->env);
  definitions_.remove_template(found->id);
  call_.reply(c.ticket, answer::Deleted{});
}

/// The reason why this endpoint is not saved; nullopt if it may be.
std::optional<Error> Dispatch::objection(const Endpoint& value, const Endpoint* before) const {
  if (auto problem = invalid(value)) return refusal(Errc::invalid, *problem);
  const Template* used = definitions_.find_template(value.template_id);
  if (used == nullptr) return refusal(Errc::invalid, "Unable to find template");
  if (!used->is_serverless)
    return refusal(Errc::invalid,
                   "Serverless endpoints cannot use pod templates. Please use a serverless template.");
  if (before != nullptr && value.kind != before->kind)
    return refusal(Errc::invalid, "the type of an endpoint cannot be changed; create another endpoint");
  return std::nullopt;
}

void Dispatch::on(const command::SaveEndpoint& c) {
  LiveEndpoint* live = definitions_.find_endpoint(c.id);
  if (c.create && live != nullptr)
    return call_.refuse(c.ticket, Errc::conflict, "this endpoint exists already");
  if (!c.create && (live == nullptr || live->deleting))
    return call_.refuse(c.ticket, Errc::not_found, "Endpoint not found");
  const std::size_t count = definitions_.endpoints().size();
  if (c.create && count >= limits_.endpoints_max)
    return call_.refuse(c.ticket, Errc::busy, at_limit(count, "endpoints", "endpoints-max"));
  Endpoint value = c.create ? Endpoint{} : *live->endpoint;
  const Endpoint before = value;
  value.id = c.id;
  if (c.create) value.created = call_.now(), value.account = c.account;
  value.polled_by_hand = !c.create && polls_by_hand(*live);
  apply_patch(c.patch, value);
  if (const auto problem = objection(value, c.create ? nullptr : &before))
    return call_.refuse(c.ticket, problem->code, problem->message);
  const bool renewed = !c.create && needs_new_workers(before, value);
  if (renewed) ++value.version;
  if (value.env != before.env) {
    call_.keep(value.env);
    call_.drop(before.env);
  }
  call_.save(record::EndpointSaved{value, false});
  LiveEndpoint& target = definitions_.intern_endpoint(c.id);
  target.endpoint = std::make_shared<const Endpoint>(std::move(value));
  target.stale_workers = true;
  if (c.create) target.last_step = call_.now();
  if (target.endpoint->execution_timeout != before.execution_timeout)
    for (LiveWorker* worker : target.workers) {
      for (Lease& lease : worker->leases) lease.timeout = lease_timeout(*lease.job);
      arm(*worker);
    }
  // A corrected setting may well be what a crash loop was waiting for.
  if (renewed) target.failures = {}, target.not_before = {};
  touch(target);
  call_.reply(c.ticket, answer::EndpointSaved{target.endpoint});
}

void Dispatch::on(const command::DeleteEndpoint& c) {
  LiveEndpoint* live = definitions_.visible_endpoint(c.id);
  if (live == nullptr) return call_.refuse(c.ticket, Errc::not_found, "Endpoint not found");
  const Endpoint& e = *live->endpoint;
  if (!c.drain && (e.workers_min != 0 || e.workers_max != 0))
    return call_.refuse(c.ticket, Errc::conflict,
                        "endpoint " + c.id.text() +
                            " cannot be deleted while workersMin or workersMax is not zero (now " +
                            std::to_string(e.workers_min) + " and " + std::to_string(e.workers_max) +
                            "); set both to 0 with saveEndpoint first");
  live->deleting = true;
  call_.save(record::EndpointSaved{e, true});
  for (LiveWorker* worker : live->workers) update_free(*worker);
  slice(*live);
  call_.reply(c.ticket, answer::Deleted{});
}

void on(const command::SaveApiKey& c, Call& call) {
  call.save(record::ApiKeySaved{c.sha256_hex, c.account});
  call.reply(c.ticket, answer::Acknowledged{});
}

void on(const command::ReadCatalog& c, Call& call, Definitions& definitions) {
  call.reply(c.ticket, answer::Catalog{c.only ? definitions.catalog_of(*c.only)
                                              : definitions.catalog(call.catalog_version())});
}

}  // namespace pilotlight::core
