#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/units.hpp"
#include "ports/store.hpp"

namespace pilotlight::store {

struct SqliteOptions {
  std::string folder;                     ///< the data folder; must exist
  ByteCount disk_reserve = 256ULL << 20;  ///< free bytes below which no new jobs are accepted
};

/// The embedded store: `folder`/pilotlight.db (SQLite, WAL, every commit synced) and `folder`/bodies for
/// large payloads. The caller holds the folder's lock.
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options);

}  // namespace pilotlight::store
