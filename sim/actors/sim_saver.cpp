#include "sim/actors/sim_saver.hpp"

#include "base/mark.hpp"
#include "domain/definitions/endpoint_fields.hpp"
#include "domain/definitions/template_fields.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

/// A patch that names every field, as it is.
template <class Patch, class Fields, class Entity>
Patch whole_patch(const Fields& fields, const Entity& entity) {
  Patch patch;
  for_each_change(fields, [&](const auto& field) { patch.*field.change = field.of(entity); });
  return patch;
}

}  // namespace

SimSaver::SimSaver(World& world) : world_(world), dice_(world.plan.seed ^ 0x5a7e) {}

void SimSaver::begin() {
  tick();
}

void SimSaver::tick() {
  if (resting_) return;
  if (const auto index = world_.manager.changeable(dice_)) {
    switch (dice_.below(14)) {
      case 0:
      case 1:
      case 2: give_own(*index); break;
      case 3: give_shared(*index); break;
      case 4: give_foreign(*index); break;
      case 5:
      case 6:
      case 7: write_back(*index); break;
      case 8: save_bound(*index); break;
      case 9: take_name(); break;
      case 10: send_odd(*index); break;
      case 11: {
        command::SaveEndpoint change;
        change.patch.ttl.emplace();
        if (dice_.chance(50))
          *change.patch.ttl = between(dice_, milliseconds{60'000}, milliseconds{3'600'000});
        save(*index, std::move(change));
        break;
      }
      case 12:
      case 13: change_container(*index); break;
    }
  }
  world_.schedule.after(skewed(dice_, milliseconds{200}, world_.plan.arrival_mean * 400), [this] { tick(); });
}

void SimSaver::save(std::size_t index, command::SaveEndpoint save) {
  world_.manager.save(index, std::move(save));
}

PayloadRef SimSaver::payload() {
  return {world_.row(), 100, PayloadPlace::row};
}

template <class Patch>
void SimSaver::draw_env(Patch& patch) {
  patch.env = payload();
  patch.init_timeout.emplace();
  if (dice_.chance(50)) *patch.init_timeout = between(dice_, milliseconds{20'000}, init_timeout_most);
}

command::InlineTemplate SimSaver::draw(const EndpointId& endpoint, bool bound) {
  command::InlineTemplate with;
  with.id = TemplateId::generate(10, dice_);
  with.bound = bound;
  // Bound templates share a name that free-standing ones fight for.
  with.patch.name = bound || dice_.chance(50) ? "own" : "t" + endpoint.text();
  with.patch.command = dice_.chance(50) ? "python handler.py" : "python other.py";
  if (dice_.chance(30)) draw_env(with.patch);
  if (dice_.chance(30)) with.patch.readme = "read " + std::to_string(dice_.below(3));
  return with;
}

std::optional<command::InlineTemplate> SimSaver::own_template(const EndpointId& endpoint) {
  if (!dice_.chance(40)) return std::nullopt;
  MARK("sim: endpoint made with its template");
  return draw(endpoint, true);
}

void SimSaver::give_own(std::size_t index) {
  command::SaveEndpoint change;
  change.with = draw(world_.manager.endpoint(index), dice_.chance(80));
  if (dice_.chance(30)) change.patch.idle_timeout = milliseconds{1'000 * dice_.between(1, 30)};
  save(index, std::move(change));
}

void SimSaver::give_shared(std::size_t index) {
  command::SaveEndpoint change;
  change.patch.template_id = world_.manager.any_template(dice_);
  save(index, std::move(change));
}

/// The template of another endpoint: refused if it is bound to that.
void SimSaver::give_foreign(std::size_t index) {
  world_.manager.ask(command::ReadCatalog{}, [this, index](const Answer* answer) {
    const auto* read = answer == nullptr ? nullptr : std::get_if<answer::Catalog>(answer);
    if (resting_ || read == nullptr || read->content->templates.empty()) return;
    const auto& all = read->content->templates;
    command::SaveEndpoint change;
    change.patch.template_id = all[dice_.below(all.size())]->id;
    save(index, std::move(change));
  });
}

void SimSaver::write_back(std::size_t index) {
  command::ReadCatalog read{ticket_none, world_.manager.endpoint(index)};
  world_.manager.ask(read, [this, index](const Answer* answer) {
    const auto* told = answer == nullptr ? nullptr : std::get_if<answer::Catalog>(answer);
    if (resting_ || told == nullptr || told->content->endpoints.empty()) return;
    write_back(index, *told->content);
  });
}

void SimSaver::write_back(std::size_t index, const answer::CatalogContent& seen) {
  MARK("sim: endpoint written back");
  const Endpoint& endpoint = *seen.endpoints.front().endpoint;
  const Template& used = *seen.templates.front();
  command::SaveEndpoint back;
  back.patch = whole_patch<EndpointPatch>(endpoint_fields, endpoint);
  back.env_equals = endpoint.env;
  if (endpoint.env) back.patch.env = payload();
  if (used.bound_endpoint == endpoint.id) {
    back.patch.template_id.reset();
    back.with.emplace();
    back.with->id = TemplateId::generate(10, dice_);
    back.with->patch = whole_patch<TemplatePatch>(template_fields, used);
    back.with->env_equals = used.env;
    if (used.env) back.with->patch.env = payload();
  }
  save(index, std::move(back));
}

/// The template of an endpoint, by its own id: as it is, or with another text.
void SimSaver::save_bound(std::size_t index) {
  command::ReadCatalog read{ticket_none, world_.manager.endpoint(index)};
  world_.manager.ask(read, [this](const Answer* answer) {
    const auto* told = answer == nullptr ? nullptr : std::get_if<answer::Catalog>(answer);
    if (resting_ || told == nullptr || told->content->templates.empty()) return;
    const Template& used = *told->content->templates.front();
    command::SaveTemplate change;
    change.id = used.id;
    change.patch = whole_patch<TemplatePatch>(template_fields, used);
    change.env_equals = used.env;
    if (used.env) change.patch.env = payload();
    if (dice_.chance(40)) change.patch.readme = "read " + std::to_string(dice_.below(3));
    if (dice_.chance(20)) change.patch.command = "python third.py";
    if (!used.bound_endpoint.empty() && dice_.chance(10)) change.patch.is_serverless = false;
    world_.manager.ask(change);
  });
}

/// Some settings of the endpoint's container, changed or as they are: a shared template is copied for it.
void SimSaver::change_container(std::size_t index) {
  command::ReadCatalog read{ticket_none, world_.manager.endpoint(index)};
  world_.manager.ask(read, [this, index](const Answer* answer) {
    const auto* told = answer == nullptr ? nullptr : std::get_if<answer::Catalog>(answer);
    if (resting_ || told == nullptr || told->content->templates.empty()) return;
    change_container(index, *told->content->templates.front());
  });
}

void SimSaver::change_container(std::size_t index, const Template& used) {
  MARK("sim: container changed");
  command::SaveEndpoint change;
  command::InlineTemplate& with = change.with.emplace();
  with.id = TemplateId::generate(10, dice_);
  with.start = dice_.chance(30) ? command::TemplateStart::copy : command::TemplateStart::copy_if_changed;
  if (dice_.chance(60)) with.patch.command = dice_.chance(50) ? used.command : "python fourth.py";
  if (dice_.chance(30)) with.patch.readme = dice_.chance(50) ? used.readme : "read it";
  if (dice_.chance(20)) draw_env(with.patch);
  if (dice_.chance(20)) change.patch.idle_timeout = milliseconds{1'000 * dice_.between(1, 30)};
  if (used.bound_endpoint.empty() && used.env) with.copied_env = payload(), with.copied_from = used.env;
  save(index, std::move(change));
}

/// A template gets the name of another, which is refused, or of bound ones, which is free.
void SimSaver::take_name() {
  const TemplateId id = world_.manager.any_template(dice_);
  if (dice_.chance(20)) return world_.manager.ask(command::DeleteTemplate{ticket_none, "own"});
  command::SaveTemplate change;
  change.id = id;
  change.patch.name = "t" + (dice_.chance(50) ? world_.manager.any_template(dice_) : id).text();
  world_.manager.ask(change);
}

void SimSaver::send_odd(std::size_t index) {
  command::SaveEndpoint odd;
  odd.with = draw(world_.manager.endpoint(index), true);
  switch (dice_.below(4)) {
    case 0: odd.patch.template_id = world_.manager.any_template(dice_); break;
    case 1: odd.patch.gpu_ids = "ADA_24,,-"; break;
    case 2: odd.with->patch.name = ""; break;
    case 3: odd.patch.workers_min = 7, odd.patch.workers_max = 2; break;
  }
  save(index, std::move(odd));
}

}  // namespace pilotlight::sim
