#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/credentials/registry.hpp"
#include "domain/credentials/secret.hpp"
#include "domain/sums_fwd.hpp"

namespace pilotlight::core {

/// Things of one kind, found by their ids and names.
template <class Thing>
class NamedThings {
 public:
  using Shared = std::shared_ptr<const Thing>;
  using Id = decltype(Thing::id);

  /// Null if there is none.
  Shared find(const Id& id) const {
    const auto found = things_.find(id);
    return found == things_.end() ? nullptr : found->second;
  }
  Shared named(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : find(found->second);
  }
  /// In order of creation.
  std::vector<Shared> all() const {
    std::vector<Shared> sorted;
    sorted.reserve(things_.size());
    for (const auto& [id, thing] : things_) sorted.push_back(thing);
    std::sort(sorted.begin(), sorted.end(), [](const Shared& a, const Shared& b) {
      return std::tie(a->created, a->id) < std::tie(b->created, b->id);
    });
    return sorted;
  }
  std::size_t size() const { return things_.size(); }

  /// Adds the thing, or puts it in the place of the one with its id.
  Shared put(Thing value) {
    remove(value.id);
    const auto made = std::make_shared<const Thing>(std::move(value));
    names_[made->name] = made->id;
    return things_[made->id] = made;
  }
  void remove(const Id& id) {
    const auto found = things_.find(id);
    if (found == things_.end()) return;
    const auto name = names_.find(found->second->name);
    if (name != names_.end() && name->second == id) names_.erase(name);
    things_.erase(found);
  }

 private:
  std::map<Id, Shared> things_;
  std::map<std::string, Id> names_;
};

/// The registry credentials and the secrets that there are.
struct Credentials {
  NamedThings<RegistryCredential> registries;
  NamedThings<Secret> secrets;

  /// Takes a record of one of them back after a restart; nothing for other records.
  void restore(const Record& record);
};

}  // namespace pilotlight::core
