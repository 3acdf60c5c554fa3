#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "core/control_plane.hpp"
#include "domain/effect.hpp"
#include "domain/record.hpp"

namespace pilotlight::core {

template <class T, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

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
    if constexpr (in_catalog<R>) ++catalog_version_;
    out_->records.emplace_back(std::move(record));
  }
  /// Another one after each record of a template, an endpoint, a volume, a worker or an account: all that the
  /// catalog shows.
  std::uint64_t catalog_version() const { return catalog_version_; }

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
  template <class R>
  static constexpr bool in_catalog =
      is_one_of<R, record::TemplateSaved, record::TemplateRemoved, record::EndpointSaved,
                record::EndpointRemoved, record::WorkerSaved, record::WorkerRemoved, record::AccountSaved,
                record::VolumeSaved, record::VolumeRemoved>;

  Timestamp now_{};
  Outcome* out_ = nullptr;
  std::uint64_t catalog_version_ = 0;
};

}  // namespace pilotlight::core
