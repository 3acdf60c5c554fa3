#pragma once

#include <vector>

#include "base/random.hpp"
#include "domain/accounts/api_key.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// Makes, reads and revokes API keys, and tells of their use. The door's part is here as well: it notes the
/// use of a key that it accepts. The actor draws from its own stream of chance.
class SimKeys {
 public:
  explicit SimKeys(World& world);

  void begin();
  void stop() { stopped_ = true; }

 private:
  void tick();
  void act();
  void make();
  void revoke();
  void use();
  ApiKeyId any_key();
  void ask(Command command);

  World& world_;
  Random dice_;
  std::vector<ApiKeyId> made_;  ///< revoked ones included
  bool stopped_ = false;
};

}  // namespace pilotlight::sim
