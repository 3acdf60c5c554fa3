#pragma once

#include <vector>

#include "base/random.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// Makes, changes, reads and deletes secrets and registry credentials, and lets templates name the latter.
/// The actor draws from its own stream of chance.
class SimCredentials {
 public:
  explicit SimCredentials(World& world);

  void begin();
  void stop() { stopped_ = true; }

 private:
  void tick();
  void act();
  void save_secret(bool create);
  void save_registry(bool create);
  void name_in_template();
  /// A name for which several fight.
  std::string name();
  Sealed sealed();
  SecretId any_secret();
  RegistryId any_registry();
  void ask(Command command);

  World& world_;
  Random dice_;
  std::vector<SecretId> secrets_;  ///< deleted and refused ones included
  std::vector<RegistryId> registries_;
  bool stopped_ = false;
};

}  // namespace pilotlight::sim
