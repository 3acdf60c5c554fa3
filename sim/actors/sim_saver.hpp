#pragma once

#include <cstddef>
#include <optional>

#include "base/random.hpp"
#include "domain/answer.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// A client that saves definitions as those of GraphQL do: gives endpoints templates of their own and takes
/// them away, writes back what it has read, and sends what must be refused. Its endpoints are the manager's.
class SimSaver {
 public:
  explicit SimSaver(World& world);

  void begin();
  void rest() { resting_ = true; }

  /// The template that is made with the new endpoint; nullopt for most of them.
  std::optional<command::InlineTemplate> own_template(const EndpointId& endpoint);
  command::InlineTemplate draw(const EndpointId& endpoint, bool bound);

 private:
  void tick();
  void give_own(std::size_t index);
  void give_shared(std::size_t index);
  void give_foreign(std::size_t index);
  void write_back(std::size_t index);
  void write_back(std::size_t index, const answer::CatalogContent& seen);
  void save_bound(std::size_t index);
  void change_container(std::size_t index);
  void change_container(std::size_t index, const Template& used);
  void take_name();
  void send_odd(std::size_t index);
  template <class Patch>
  void draw_env(Patch& patch);
  PayloadRef payload();
  void save(std::size_t index, command::SaveEndpoint save);

  World& world_;
  Random dice_;
  bool resting_ = false;
};

}  // namespace pilotlight::sim
