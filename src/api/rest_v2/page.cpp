#include "api/rest_v2/page.hpp"

#include "api/numbers.hpp"
#include "base/hex.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0 || text.find_first_not_of(hex_digits) != text.npos) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes += static_cast<char>(hex_digits.find(text[i]) * 16 + hex_digits.find(text[i + 1]));
  return bytes;
}

/// SOURCE RANK ID, of which only the id may hold spaces.
std::string cursor_of(const std::string& source, const Position& position) {
  return to_hex(source + " " + std::to_string(position.rank) + " " + position.id);
}

std::optional<Position> position_in(const std::string& source, std::string_view cursor) {
  const auto text = from_hex(cursor);
  if (!text || !text->starts_with(source + " ")) return std::nullopt;
  const std::string_view rest = std::string_view(*text).substr(source.size() + 1);
  const std::size_t space = rest.find(' ');
  if (space == rest.npos) return std::nullopt;
  const auto rank = whole<std::int64_t>(rest.substr(0, space));
  if (!rank) return std::nullopt;
  return Position{*rank, std::string(rest.substr(space + 1))};
}

}  // namespace

bool stands_before(const Position& a, const Position& b) {
  return a.rank != b.rank ? a.rank > b.rank : a.id < b.id;
}

Result<PageQuery> page_query(std::string_view list, const JsonValue& query, std::string_view place) {
  PageQuery asked{list, std::nullopt, std::nullopt, std::string(list)};
  if (!place.empty()) asked.source.append("@").append(place);
  if (const auto limit = query.member("limit"))
    asked.limit = static_cast<std::size_t>(json_whole(limit->text()).value_or(1));
  if (const auto cursor = query.member("cursor")) {
    asked.after = position_in(asked.source, cursor->text());
    if (!asked.after)
      return refusal(Errc::invalid, "query.cursor: not a nextCursor of this list; start again without it");
  }
  return asked;
}

Page page_of(const PageQuery& query, std::size_t size,
             const std::function<Position(std::size_t)>& position_of) {
  Page page{0, size, {}};
  if (query.after) {
    // The first item behind it, by halves.
    for (std::size_t end = size; page.first < end;) {
      const std::size_t middle = page.first + (end - page.first) / 2;
      if (stands_before(*query.after, position_of(middle)))
        end = middle;
      else
        page.first = middle + 1;
    }
  }
  if (query.limit && size - page.first > *query.limit) {
    page.last = page.first + *query.limit;
    page.next = cursor_of(query.source, position_of(page.last - 1));
  }
  return page;
}

Page add_items(JsonWriter& json, const PageQuery& query, std::size_t size,
               const std::function<Position(std::size_t)>& position_of,
               const std::function<void(std::size_t)>& add_item) {
  Page page = page_of(query, size, position_of);
  json.list(query.list);
  for (std::size_t i = page.first; i < page.last; ++i) add_item(i);
  json.end();
  return page;
}

std::string empty_list(const PageQuery& query) {
  JsonWriter json;
  add_pagination(json, add_items(json, query, 0, {}, {}));
  return json.done();
}

void add_pagination(JsonWriter& json, const Page& page) {
  json.open("pagination").flag("hasNextPage", !page.next.empty());
  page.next.empty() ? json.null("nextCursor") : json.text("nextCursor", page.next);
  json.close();
}

}  // namespace pilotlight::api::rest_v2
