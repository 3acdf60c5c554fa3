#pragma once

#include <string>
#include <utility>

#include "base/assert.hpp"
#include "core/control_plane.hpp"
#include "domain/answer.hpp"

namespace pilotlight::core {

/// The call at hand: its time, and the records and effects that it brings about.
class Call {
 public:
  /// `now` is not before that of the last call; `out` outlives the call.
  void begin(Timestamp now, Outcome& out) {
    ASSERT(now >= now_);
    now_ = now;
    out_ = &out;
  }

  /// Between calls the time of the last one.
  Timestamp now() const { return now_; }

  template <class R>
  void save(R record) {
    out_->records.emplace_back(std::move(record));
  }
  template <class E>
  void emit(E effect) {
    out_->effects.emplace_back(std::move(effect));
  }

  /// Does nothing for `ticket_none`.
  void reply(Ticket ticket, Answer answer) {
    if (ticket != ticket_none) emit(effect::Reply{ticket, std::move(answer)});
  }
  void refuse(Ticket ticket, Errc code, std::string message) {
    reply(ticket, answer::Refused{code, std::move(message)});
  }

  /// Counts a further thing that names the payload, or one that no longer does. Neither does anything for a
  /// null reference.
  void keep(const PayloadRef& ref) {
    if (ref) save(record::PayloadKept{ref});
  }
  void drop(const PayloadRef& ref) {
    if (ref) save(record::PayloadDropped{ref});
  }

 private:
  Timestamp now_{};
  Outcome* out_ = nullptr;
};

}  // namespace pilotlight::core
