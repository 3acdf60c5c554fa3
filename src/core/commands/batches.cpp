#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::SaveBatch& c) {
  call.save(record::BatchSaved{c.batch});
  for (const BatchRequest& request : c.removed) {
    call.save(record::BatchRequestRemoved{request.batch, request.id});
    call.drop(request.input);
    call.drop(request.extras);
  }
  for (const BatchRequest& request : c.added) {
    call.save(record::BatchRequestSaved{request});
    call.keep(request.input);
    call.keep(request.extras);
  }
  call.reply(c.ticket, answer::Acknowledged{});
}

void State::on(const command::ShortenRetention& c) {
  call.save(record::RetentionShortened{c.id, later(call.now(), c.keep)});
  call.reply(c.ticket, answer::Acknowledged{});
}

}  // namespace pilotlight::core
