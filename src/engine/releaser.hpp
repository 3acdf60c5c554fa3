#pragma once

#include <algorithm>
#include <vector>

#include "domain/effect.hpp"
#include "engine/engine.hpp"
#include "engine/reply.hpp"
#include "engine/work_pool.hpp"

namespace pilotlight::engine {

/// The bodies that are still in memory because their commands are in the commit at hand.
class PayloadTable {
 public:
  void add(StoredPayload payload) { bodies_.push_back(std::move(payload)); }
  /// After the last `add`, before the first `find`.
  void seal() { std::sort(bodies_.begin(), bodies_.end(), by_number); }
  /// Null if it is not here.
  Body find(const PayloadRef& ref) const {
    const auto found =
        std::lower_bound(bodies_.begin(), bodies_.end(), StoredPayload{ref, nullptr}, by_number);
    return found == bodies_.end() || found->ref.number != ref.number ? nullptr : found->body;
  }

 private:
  static bool by_number(const StoredPayload& a, const StoredPayload& b) {
    return a.ref.number < b.ref.number;
  }

  std::vector<StoredPayload> bodies_;  ///< in order of their numbers
};

/// Lets effects out after their commit: replies to their sinks with the bodies they name, one delivery a
/// sink, the rest to the effect sink. Bodies come from memory, else from rows at once, else from files on a
/// files thread (such a reply then leaves a little later than its neighbours; tickets do not wait for each
/// other).
class Releaser {
 public:
  Releaser(Store& store, WorkPool& files, EffectSink& effects, std::vector<ReplySink*> sinks);

  void release(std::vector<Effect> effects, const PayloadTable& table);
  /// Hands over what `release` gathered.
  void flush();

 private:
  void reply(effect::Reply reply, const PayloadTable& table);
  Body fetch(const PayloadRef& ref, const PayloadTable& table, bool& from_file);
  void finish_on_files_thread(Reply reply);

  Store& store_;
  WorkPool& files_;
  EffectSink& effects_;
  std::vector<ReplySink*> sinks_;
  std::vector<std::vector<Reply>> gathered_;  ///< by sink
};

}  // namespace pilotlight::engine
