#include "core/commands/handlers.hpp"
#include "domain/jobs/commands.hpp"

namespace pilotlight::core {

void on(const command::SaveBatch& c, Call& call) {
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

void on(const command::ShortenRetention& c, Call& call) {
  call.save(record::RetentionShortened{c.id, later(call.now(), c.keep)});
  call.reply(c.ticket, answer::Acknowledged{});
}

}  // namespace pilotlight::core
