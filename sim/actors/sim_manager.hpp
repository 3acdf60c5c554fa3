#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/random.hpp"
#include "domain/answer.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// No endpoint gives its workers longer to start, unless the limits do.
inline constexpr milliseconds init_timeout_most{120'000};

/// Whoever manages: makes templates and endpoints, changes and deletes them under load, reads lists, asks for
/// nonsense, and starts workers by hand.
class SimManager {
 public:
  explicit SimManager(World& world);

  void begin();
  /// Lifts curses, makes every endpoint able to run something, and rests.
  void heal();

  /// One of the endpoints that were made, deleted ones included; empty before the first.
  EndpointId any_endpoint();
  /// The place of an endpoint that is there, as far as the manager knows; nullopt: the one that was drawn is
  /// not.
  std::optional<std::size_t> changeable(Random& dice) const;
  EndpointId endpoint(std::size_t index) const { return endpoints_[index].id; }
  TemplateId any_template(Random& dice) const { return templates_[dice.below(templates_.size())]; }
  void ask(Command command, std::function<void(const Answer*)> heard = nullptr);
  /// Saves the endpoint at this place; until it is healed without insisting on an answer.
  void save(std::size_t index, command::SaveEndpoint save);

 private:
  struct Known {
    EndpointId id;
    bool deleted = false;
    bool confirmed = false;
    unsigned changing = 0;  ///< changes that are still on their way, or their answers
  };
  void enable(std::size_t index);
  void make_template();
  void make_endpoint();
  void tick();
  void restart_server();
  void change(std::size_t index);
  void change_template();
  void remove(std::size_t index);
  void save_batch(const EndpointId& endpoint);
  void nonsense();
  void read_lists();
  void curse();
  void start_by_hand();
  void mend(Command& command, const Answer* answer);
  void insist(Command command, std::function<void()> then = nullptr);
  void change(std::size_t index, EndpointPatch patch);
  EndpointPatch draw_patch();
  void draw_queue(EndpointPatch& patch);
  template <class Patch>
  void draw_env(Patch& patch);

  World& world_;
  Random restarts_;
  std::vector<TemplateId> templates_;
  std::vector<Known> endpoints_;
  bool resting_ = false;
};

}  // namespace pilotlight::sim
