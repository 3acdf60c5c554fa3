#include "store/sqlite/webhook_writer.hpp"

#include "store/codec.hpp"

namespace pilotlight::store {

Result<void> WebhookWriter::prepare(Database& database) {
  database_ = &database;
  const std::pair<Statement*, const char*> all[] = {
      {&put_, "INSERT INTO webhook VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET open = ?2, record = ?3"},
      {&put_attempt_, "INSERT OR REPLACE INTO webhook_attempt VALUES(?1, ?2, ?3)"},
      {&hold_, "UPDATE final_job SET held = ?2 WHERE row = ?1 AND held IS NOT ?2"},
      {&remove_, "DELETE FROM webhook WHERE job = ?1"},
      {&remove_attempts_, "DELETE FROM webhook_attempt WHERE job = ?1"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  return {};
}

bool WebhookWriter::put(const record::WebhookSaved& saved) {
  const Webhook& webhook = saved.value;
  const std::int64_t job = key(webhook.job.row());
  if (saved.attempt && !put_attempt_.bind(1, job)
                            .bind(2, std::int64_t{webhook.attempts})
                            .bind(3, to_stored(*saved.attempt, stored_))
                            .run())
    return false;
  const std::int64_t open = webhook.state == WebhookState::open ? 1 : 0;
  hold_.bind(1, job);
  open != 0 ? hold_.bind(2, open) : hold_.bind(2, std::optional<std::string_view>());
  if (!hold_.run()) return false;
  return put_.bind(1, job).bind(2, open).bind(3, to_stored(record::WebhookSaved{webhook, {}}, stored_)).run();
}

bool WebhookWriter::remove(RowNumber job) {
  if (!remove_.bind(1, key(job)).run()) return false;
  // Few jobs have one: this one look-up is all it costs the others.
  return sqlite3_changes(database_->handle()) == 0 || remove_attempts_.bind(1, key(job)).run();
}

}  // namespace pilotlight::store
