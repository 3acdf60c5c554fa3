#pragma once

#include "store/sqlite/database.hpp"

namespace pilotlight::store {

inline constexpr int schema_version = 6;

/// Settings that every connection of the writer's kind needs: WAL, full sync, no checkpoints of its own.
Result<void> configure_writer(Database& database);
/// Makes the tables of an empty database; refuses one of a newer schema or of another program.
Result<void> prepare_schema(Database& database);

}  // namespace pilotlight::store
