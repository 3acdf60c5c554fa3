#include <algorithm>

#include "core/commands/handlers.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "core/places.hpp"
#include "core/validation.hpp"
#include "core/volume_rules.hpp"
#include "domain/definitions/changes.hpp"
#include "domain/definitions/commands.hpp"

namespace pilotlight::core {
namespace {

/// No more of these can be made: `option` names the limit.
std::string at_limit(std::uint64_t count, const char* things, const char* option) {
  return "there are " + std::to_string(count) + " " + things + " already, and the option " + option +
         " allows no more; delete some, or raise the option";
}

constexpr std::size_t name_max = 191;  ///< bytes

/// The environment that is said to be equal is the stored one.
bool same_environment(const PayloadRef& env_equals, const PayloadRef& stored) {
  return env_equals && env_equals == stored && !mutant(Mutant::equal_env_replaced);
}

/// The free-standing template that the command names; null: there is none.
const Template* meant_by(const command::DeleteTemplate& c, const Definitions& definitions) {
  if (c.id.empty()) return definitions.template_named(c.name);
  const Template* found = definitions.find_template(c.id);
  return found != nullptr && found->bound_endpoint.empty() ? found : nullptr;
}

/// A worker started by hand has a poll for jobs open.
bool polls_by_hand(const LiveEndpoint& endpoint) {
  return std::any_of(endpoint.workers.begin(), endpoint.workers.end(),
                     [](const LiveWorker* worker) { return !worker->runtime() && !worker->takes.empty(); });
}

}  // namespace

/// A template before and after a command.
struct Dispatch::TemplateChange {
  /// The template of which a new one is a copy, as it is and as the command alters it.
  struct Copy {
    Template source, altered;

    bool differs() const { return altered != source; }
  };

  Template before{}, after{};
  bool create = false;
  std::optional<Copy> copy{};

  bool changes() const { return create || after != before; }
  bool renews_workers() const {
    if (copy) return needs_new_workers(copy->source, copy->altered);
    return !create && needs_new_workers(before, after);
  }
};

/// Applies a patch of a template; the environment that is said to be equal stays if it is still there.
void Dispatch::apply(const TemplatePatch& patch, const PayloadRef& env_equals, TemplateChange& change) {
  apply_patch(patch, change.after);
  if (same_environment(env_equals, change.before.env)) change.after.env = change.before.env;
}

/// The endpoint that uses the template and is not being deleted; null: none does.
const LiveEndpoint* Dispatch::user_of(const Template& value) const {
  for (const auto& live : definitions_.endpoints())
    if (live->endpoint->template_id == value.id && !live->deleting) return live.get();
  return nullptr;
}

/// The reason why the template is not saved; nullopt if it may be.
std::optional<Error> Dispatch::objection(const TemplateChange& change) const {
  const Template& value = change.after;
  const bool free_standing = value.bound_endpoint.empty();
  const std::size_t count = definitions_.free_standing_templates();
  if (change.create && free_standing && count >= limits_.templates_max)
    return refusal(Errc::busy, at_limit(count, "templates", "templates-max"));
  if (auto problem = invalid(value)) return refusal(Errc::invalid, *problem);
  const LiveEndpoint* user = change.before.is_serverless && !value.is_serverless ? user_of(value) : nullptr;
  if (user != nullptr && !mutant(Mutant::used_template_for_pods))
    return refusal(Errc::conflict, "Template is in use by endpoint " + user->id.text() +
                                       ", so it stays serverless; give the endpoint another template first");
  const Template* other = free_standing ? definitions_.template_named(value.name) : nullptr;
  if (other != nullptr && other->id != value.id && !mutant(Mutant::template_name_twice))
    return refusal(Errc::conflict, "a template named \"" + value.name +
                                       "\" already exists; names are unique, choose another");
  return std::nullopt;
}

std::shared_ptr<const Template> Dispatch::save(TemplateChange change) {
  Template& value = change.after;
  if (change.renews_workers()) ++value.version;
  if (value.env != change.before.env) {
    call_.keep(value.env);
    call_.drop(change.before.env);
  }
  call_.save(record::TemplateSaved{value});
  return definitions_.put(std::move(value));
}

void Dispatch::on(const command::SaveTemplate& c) {
  const Template* found = definitions_.find_template(c.id);
  if (c.create == (found != nullptr))
    return c.create ? call_.refuse(c.ticket, Errc::conflict, "this template exists already")
                    : call_.refuse(c.ticket, Errc::not_found, "Unable to find template");
  TemplateChange change{.create = c.create};
  if (found != nullptr) change.before = change.after = *found;
  change.after.id = c.id;
  if (c.create) change.after.account = c.account, change.after.created = call_.now();
  apply(c.patch, c.env_equals, change);
  if (!change.changes() && !mutant(Mutant::unchanged_save_recorded))
    return call_.reply(c.ticket, answer::TemplateSaved{definitions_.shared_template(c.id)});
  if (const auto problem = objection(change)) return call_.refuse(c.ticket, problem->code, problem->message);
  const bool renewed = change.renews_workers();
  const auto saved = save(std::move(change));
  if (renewed) renew_workers_on(*saved);
  call_.reply(c.ticket, answer::TemplateSaved{saved});
}

void Dispatch::renew_workers_on(const Template& changed) {
  if (!changed.bound_endpoint.empty()) {
    LiveEndpoint* only = definitions_.visible_endpoint(changed.bound_endpoint);
    if (only != nullptr) renew_workers(*only);
    return;
  }
  for (const auto& live : definitions_.endpoints())
    if (live->endpoint->template_id == changed.id && !live->deleting) renew_workers(*live);
}

void Dispatch::on(const command::DeleteTemplate& c) {
  // A text that is too long to be a name is not repeated.
  const bool is_name = c.id.empty() && c.name.size() <= name_max;
  const std::string words = is_name ? "template \"" + c.name + "\"" : "Template";
  const Template* found = meant_by(c, definitions_);
  if (found == nullptr) return call_.refuse(c.ticket, Errc::not_found, words + " not found");
  const LiveEndpoint* user = user_of(*found);
  if (user != nullptr && !mutant(Mutant::used_template_deleted))
    return call_.refuse(c.ticket, Errc::conflict,
                        words + " is in use by endpoint " + user->id.text() +
                            "; delete the endpoint or give it another template first");
  remove_template(*found);
  call_.reply(c.ticket, answer::Deleted{});
}

/// The reason why this endpoint is not saved with this template; nullopt if it may be.
std::optional<Error> Dispatch::objection(const Endpoint& value, const Endpoint& before, bool create,
                                         const Template* used) const {
  if (auto problem = invalid(value)) return refusal(Errc::invalid, *problem);
  if (used == nullptr) return refusal(Errc::invalid, "Unable to find template");
  // A template that lost the flag in an older version does not lock its endpoints.
  if (!used->is_serverless && (create || value.template_id != before.template_id))
    return refusal(Errc::invalid,
                   "Serverless endpoints cannot use pod templates. Please use a serverless template.");
  if (!used->bound_endpoint.empty() && used->bound_endpoint != value.id)
    return refusal(Errc::invalid, "template " + used->id.text() + " is bound to endpoint " +
                                      used->bound_endpoint.text() +
                                      ", which alone can use it; make a template with saveTemplate, or send "
                                      "the settings in template");
  if (!create && value.kind != before.kind)
    return refusal(Errc::invalid, "the type of an endpoint cannot be changed; create another endpoint");
  if (value.workers_standby < std::min<std::int64_t>(before.workers_standby, 0))
    return refusal(Errc::invalid, "workersStandby must not be negative");
  if (value.workers_pfb_target < std::min<std::int64_t>(before.workers_pfb_target, 0))
    return refusal(Errc::invalid, "workersPFBTarget must not be negative");
  if (auto problem = invalid_hardware(before, value)) return refusal(Errc::invalid, *problem);
  if (auto problem = invalid_volumes(before, value, definitions_)) return refusal(Errc::invalid, *problem);
  return std::nullopt;
}

/// A template that begins as a copy of the one in use.
Dispatch::TemplateChange Dispatch::copied(const command::InlineTemplate& with, const Template& used) {
  TemplateChange change{.create = true, .copy = TemplateChange::Copy{used, used}};
  Template& altered = change.copy->altered;
  apply_patch(with.patch, altered);
  if (same_environment(with.env_equals, used.env)) altered.env = used.env;
  change.after = altered;
  // The payload of the one in use stays with that.
  if (altered.env == used.env) change.after.env = with.patch.env.value_or(with.copied_env);
  return change;
}

/// The change of the template that an endpoint is saved with: of the one that is bound to it, or a new one.
Dispatch::TemplateChange Dispatch::inline_change(const command::SaveEndpoint& c,
                                                 const Endpoint& before) const {
  const command::InlineTemplate& with = *c.with;
  const Template* bound = with.bound ? bound_template(before) : nullptr;
  const Template* used = definitions_.find_template(before.template_id);
  TemplateChange change{.create = bound == nullptr};
  if (bound != nullptr) change.before = change.after = *bound;
  if (bound == nullptr && used != nullptr && with.start != command::TemplateStart::empty)
    change = copied(with, *used);
  if (!change.copy) apply(with.patch, with.env_equals, change);
  if (bound == nullptr) {
    change.after.id = with.id;
    change.after.account = c.account;
    change.after.created = call_.now();
    change.after.bound_endpoint = with.bound ? c.id : EndpointId();
  }
  return change;
}

/// The endpoint gets new workers. A copy of its template in that one's place alone is no reason.
bool Dispatch::renews_workers(const Endpoint& before, Endpoint after, const TemplateChange* with) {
  if (with != nullptr && with->renews_workers()) return true;
  if (with != nullptr && with->copy && !mutant(Mutant::copy_renews_workers))
    after.template_id = before.template_id;
  return needs_new_workers(before, after);
}

/// The endpoint as the command would save it.
Endpoint Dispatch::patched(const command::SaveEndpoint& c, const Endpoint& before) const {
  Endpoint value = before;
  value.id = c.id;
  if (c.create) value.created = call_.now(), value.account = c.account;
  apply_patch(c.patch, value);
  if (!mutant(Mutant::places_disagree)) agree_on_places(before, value);
  if (same_environment(c.env_equals, before.env)) value.env = before.env;
  if (c.whole_scaler_value && !c.create &&
      value.scaler_value_milli == whole_scaler_value(before.scaler_value_milli) * 1'000)
    value.scaler_value_milli = before.scaler_value_milli;
  return value;
}

/// The reason why the command cannot be carried out, as far as it does not lie in what it saves.
std::optional<Error> Dispatch::objection(const command::SaveEndpoint& c) const {
  const LiveEndpoint* live = definitions_.find_endpoint(c.id);
  if (c.create && live != nullptr) return refusal(Errc::conflict, "this endpoint exists already");
  if (!c.create && (live == nullptr || live->deleting)) return refusal(Errc::not_found, "Endpoint not found");
  const std::size_t count = definitions_.endpoints().size();
  if (c.create && count >= limits_.endpoints_max)
    return refusal(Errc::busy, at_limit(count, "endpoints", "endpoints-max"));
  if (!c.with) return std::nullopt;
  if (c.patch.template_id)
    return refusal(Errc::invalid, "an endpoint has one template: send templateId or template, not both");
  if (definitions_.find_template(c.with->id) != nullptr)
    return refusal(Errc::conflict, "this template exists already");
  return copy_objection(c);
}

/// The reason why the template in use is not copied; nullopt if it may be, or is not to be copied.
std::optional<Error> Dispatch::copy_objection(const command::SaveEndpoint& c) const {
  const command::InlineTemplate& with = *c.with;
  const LiveEndpoint* live = definitions_.find_endpoint(c.id);
  if (live == nullptr || with.start == command::TemplateStart::empty || with.patch.env) return std::nullopt;
  const Template* used = definitions_.find_template(live->endpoint->template_id);
  const bool is_copied = used != nullptr && used->bound_endpoint.empty();
  if (!is_copied || used->env == with.copied_from) return std::nullopt;
  return refusal(Errc::conflict,
                 "the endpoint's template was changed at the same time; send the request again");
}

void Dispatch::on(const command::SaveEndpoint& c) {
  if (const auto problem = objection(c)) return call_.refuse(c.ticket, problem->code, problem->message);
  const Endpoint before = c.create ? Endpoint{} : *definitions_.find_endpoint(c.id)->endpoint;
  Endpoint value = patched(c, before);
  std::optional<TemplateChange> with;
  if (c.with) {
    with = inline_change(c, before);
    const bool needless = with->copy && c.with->start == command::TemplateStart::copy_if_changed;
    if (needless && !with->copy->differs()) with.reset();
  }
  if (with) value.template_id = with->after.id;
  const bool renewed = !c.create && renews_workers(before, value, with ? &*with : nullptr);
  const bool changed = c.create || renewed || value != before || mutant(Mutant::unchanged_save_recorded);
  const bool changes_template = with && with->changes();
  if (changed || changes_template) {
    const Template* used = with ? &with->after : definitions_.find_template(value.template_id);
    auto problem = objection(value, before, c.create, used);
    if (!problem && changes_template) problem = objection(*with);
    if (problem) return call_.refuse(c.ticket, problem->code, problem->message);
  }
  if (const Template* left = bound_template(before); left != nullptr && left->id != value.template_id)
    remove_template(*left);
  if (changes_template) save(std::move(*with));
  if (changed) save(before, std::move(value), renewed);
  const LiveEndpoint& saved = *definitions_.find_endpoint(c.id);
  call_.reply(c.ticket, answer::EndpointSaved{saved.endpoint,
                                              definitions_.shared_template(saved.endpoint->template_id)});
}

/// Makes an endpoint, or puts it in the place of what it was before. `renewed`: it gets new workers.
void Dispatch::save(const Endpoint& before, Endpoint value, bool renewed) {
  const bool create = before.id.empty();
  LiveEndpoint& target = definitions_.intern_endpoint(value.id);
  value.polled_by_hand = polls_by_hand(target);
  if (renewed) ++value.version;
  if (value.env != before.env) {
    call_.keep(value.env);
    call_.drop(before.env);
  }
  call_.save(record::EndpointSaved{value, false});
  target.endpoint = std::make_shared<const Endpoint>(std::move(value));
  target.stale_workers = true;
  if (create) target.last_step = call_.now();
  if (target.endpoint->execution_timeout != before.execution_timeout)
    for (LiveWorker* worker : target.workers) {
      for (Lease& lease : worker->leases) lease.timeout = lease_timeout(*lease.job);
      arm(*worker);
    }
  // A corrected setting may well be what a crash loop was waiting for.
  if (renewed) target.failures = {}, target.not_before = {};
  touch(target);
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

void on(const command::ReadCatalog& c, Call& call, Definitions& definitions, const Accounts& accounts) {
  const auto asked = [&] {
    if (c.only) return definitions.catalog_of(*c.only);
    if (c.only_template) return definitions.catalog_of(*c.only_template);
    if (c.only_volume) return definitions.catalog_of(*c.only_volume);
    return definitions.catalog(call.catalog_version(), accounts.public_key());
  };
  call.reply(c.ticket, answer::Catalog{asked()});
}

}  // namespace pilotlight::core
