#pragma once

#include <cstddef>
#include <string>

namespace pilotlight::store {

/// How many commits stand in the WAL of this database behind the last one that SQLite believes: what is
/// damaged takes those behind it along. One may be the commit that a power loss cut off; of two the first was
/// durable. After the database was opened and read, before anything is written.
std::size_t commits_behind_the_wal(const std::string& database);

}  // namespace pilotlight::store
