#pragma once

#include <functional>

#include "domain/sums_fwd.hpp"
#include "store/marks.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// The marks, with counts of rows: of an older database, as they are now.
Result<Marks> read_marks(Database& database);

/// Every live thing once, as Store::load says. How many things and live jobs there were.
Result<RowCounts> load_records(Database& database, const std::function<void(Record)>& each);

}  // namespace pilotlight::store
