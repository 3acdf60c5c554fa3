#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/json_document.hpp"
#include "api/json_writer.hpp"
#include "api/rest_v2/values.hpp"

// Lists in pages: `limit` items, then a cursor for those behind them. Without a limit a list is whole.
namespace pilotlight::api::rest_v2 {

/// Where an item stands in its list: higher ranks first, then ids in their order. A rank is a time of
/// creation, or the negative index of a row of a table.
struct Position {
  std::int64_t rank = 0;
  std::string id;

  friend bool operator==(const Position&, const Position&) = default;
};
bool stands_before(const Position& a, const Position& b);

namespace page_schemas {
inline constexpr Schema limit{.type = Type::integer, .minimum = "1", .maximum = "1000"};
inline constexpr Field pagination_fields[] = {
    {.name = "hasNextPage", .schema = &values::flag, .needed = Needed::yes},
    {.name = "nextCursor", .schema = &values::text_or_null, .needed = Needed::yes}};
inline constexpr Schema pagination{.type = Type::object, .name = "Pagination", .fields = pagination_fields};
}  // namespace page_schemas

// The members of a query that every list takes, and the member of its answer beside the items.
inline constexpr Field limit_field{.name = "limit",
                                   .schema = &page_schemas::limit,
                                   .about = "The number of items in a page; without it the list is whole"};
inline constexpr Field cursor_field{
    .name = "cursor", .schema = &values::filled_text, .about = "The nextCursor of the page before"};
inline constexpr Field pagination_field{
    .name = "pagination", .schema = &page_schemas::pagination, .needed = Needed::yes};

namespace page_schemas {
inline constexpr Field query_fields[] = {limit_field, cursor_field};
/// The query of a list that takes nothing else.
inline constexpr Schema query{.type = Type::object, .fields = query_fields};
}  // namespace page_schemas

/// The part of a list that a request asks for.
struct PageQuery {
  std::string_view list;  ///< the member that holds the items; static storage
  std::optional<std::size_t> limit;
  std::optional<Position> after;  ///< the last item of the page before
  std::string source = {};        ///< the list's name in its cursors
};

/// Reads the query, which its schema has accepted. `place`, without spaces, sets the list apart from others
/// whose items are in a member of the same name. Error: the cursor is of no page of this list.
Result<PageQuery> page_query(std::string_view list, const JsonValue& query, std::string_view place = {});

/// The items of one page: from `first` on, before `last`.
struct Page {
  std::size_t first = 0, last = 0;
  std::string next;  ///< the cursor of the next page; empty: there is none
};

/// The page of a list of `size` items, sorted by their positions. Items may come and go between two pages:
/// none that stays is left out or comes twice.
Page page_of(const PageQuery& query, std::size_t size,
             const std::function<Position(std::size_t)>& position_of);

/// Writes the member `query.list` with the items of its page; `add_item` writes the element of an index.
/// `position_of`, `size`: as of page_of.
Page add_items(JsonWriter& json, const PageQuery& query, std::size_t size,
               const std::function<Position(std::size_t)>& position_of,
               const std::function<void(std::size_t)>& add_item);

/// Writes the member "pagination", which every list has.
void add_pagination(JsonWriter& json, const Page& page);

/// The answer of a list without items.
std::string empty_list(const PageQuery& query);

/// Puts items, of which `position_of` takes an element of the list, in the order of their positions.
template <class Items, class PositionOf>
void sort_by_position(Items& items, PositionOf position_of) {
  std::stable_sort(items.begin(), items.end(), [&position_of](const auto& a, const auto& b) {
    return stands_before(position_of(a), position_of(b));
  });
}

}  // namespace pilotlight::api::rest_v2
