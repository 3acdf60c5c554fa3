#include "store/sqlite/idempotency_writer.hpp"

#include "store/codec.hpp"

namespace pilotlight::store {

Result<void> IdempotencyWriter::prepare(Database& database) {
  database_ = &database;
  const std::pair<Statement*, const char*> all[] = {
      {&put_,
       "INSERT INTO idempotency VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET expires = ?3, record = ?4"},
      {&remove_expired_,
       "DELETE FROM idempotency WHERE (endpoint, key) IN "
       "(SELECT endpoint, key FROM idempotency WHERE expires <= ?1 ORDER BY expires LIMIT ?2)"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  return {};
}

bool IdempotencyWriter::put(const record::IdempotencySaved& saved) {
  return put_.bind_text(1, saved.value.endpoint.view())
      .bind_text(2, saved.value.key.text)
      .bind(3, to_ms(saved.value.expires))
      .bind(4, to_stored(saved, stored_))
      .run();
}

std::size_t IdempotencyWriter::remove_expired(Timestamp now, std::size_t rows, bool& ok) {
  ok = remove_expired_.bind(1, to_ms(now)).bind(2, static_cast<std::int64_t>(rows)).run();
  return ok ? static_cast<std::size_t>(sqlite3_changes(database_->handle())) : 0;
}

}  // namespace pilotlight::store
