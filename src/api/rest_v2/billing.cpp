#include "api/rest_v2/billing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "api/date_time.hpp"
#include "api/json_writer.hpp"
#include "api/numbers.hpp"
#include "api/responses.hpp"
#include "api/rest_v2/billing_schemas.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using Time = std::chrono::sys_seconds;

constexpr days span_default{30};
constexpr std::int64_t buckets_max = 1'000'000;  ///< any so long range begins before 1970

std::string_view bucket_of(const JsonValue& query) {
  const auto bucket = query.member("bucketSize");
  return bucket ? bucket->text() : "day";
}

/// The beginning of the bucket with this time, or, moved by months, of another.
Time month_at(Time time, std::int64_t per_bucket, std::int64_t buckets) {
  const year_month_day date{floor<days>(time)};
  const std::int64_t month = static_cast<int>(date.year()) * 12LL + static_cast<unsigned>(date.month()) - 1;
  const std::int64_t moved = std::max<std::int64_t>(0, (month / per_bucket + buckets) * per_bucket);
  return sys_days(year_month_day{std::chrono::year(static_cast<int>(moved / 12)),
                                 std::chrono::month(static_cast<unsigned>(moved % 12) + 1),
                                 std::chrono::day(1)});
}

/// The beginning of the bucket that is so many behind the one with this time.
Time bucket_at(Time time, std::string_view bucket, std::int64_t buckets) {
  if (bucket == "month") return month_at(time, 1, buckets);
  if (bucket == "year") return month_at(time, 12, buckets);
  if (bucket == "hour") return floor<std::chrono::hours>(time) + std::chrono::hours(buckets);
  if (bucket == "day") return floor<days>(time) + days(buckets);
  const sys_days day = floor<days>(time);
  return day - (std::chrono::weekday(day) - std::chrono::Monday) + days(7 * buckets);
}

Time snapped_up(Time time, std::string_view bucket) {
  const Time begin = bucket_at(time, bucket, 0);
  return begin == time ? time : bucket_at(time, bucket, 1);
}

std::optional<Time> time_in(const JsonValue& query, std::string_view name) {
  const auto given = query.member(name);
  if (!given) return std::nullopt;
  return floor<std::chrono::seconds>(
      std::chrono::sys_time<milliseconds>(milliseconds(parse_date_time(given->text()).value_or(0))));
}

std::int64_t ms_of(Time time) {
  return milliseconds(time.time_since_epoch()).count();
}

/// RFC 3339 without a fraction: ranges lie on whole seconds. It has no years but 1 to 9999.
std::string date_time_of(std::int64_t ms) {
  constexpr std::int64_t year_1_ms = -62'135'596'800'000;
  std::string text = to_iso8601(timestamp_from_ms(std::clamp(ms, year_1_ms, year_10000_ms - 1)));
  if (const std::size_t point = text.find('.'); point != text.npos) text.erase(point, 4);
  return text;
}

/// A kind of bill.
struct Bill {
  std::string_view path, id, summary;
  const Schema* query;
  const Schema* answer;
  std::string_view filter;  ///< the parameter that names one thing; empty: none
  std::string_view unique;  ///< the member that counts such things; empty: none
  std::span<const Field> amounts;
};

const Bill bills[] = {
    {"/v2/billing", "listBilling", "The bill of the account", &billing_query, &billing_answer, "", "",
     billing_amounts},
    {"/v2/billing/pods", "listPodBilling", "The bill of pods", &pod_billing_query, &pod_billing_answer,
     "podId", "uniquePodCount", pod_billing_amounts},
    {"/v2/billing/serverless", "listServerlessBilling", "The bill of endpoints", &serverless_billing_query,
     &serverless_billing_answer, "serverlessId", "uniqueServerlessCount", serverless_billing_amounts},
    {"/v2/billing/endpoints", "listEndpointBilling", "The bill of public endpoints", &billing_query,
     &endpoint_billing_answer, "", "", endpoint_billing_amounts},
    {"/v2/billing/network-volumes", "listNetworkVolumeBilling", "The bill of network volumes",
     &network_volume_billing_query, &network_volume_billing_answer, "networkVolumeId",
     "uniqueNetworkVolumeCount", network_volume_billing_amounts},
    {"/v2/billing/clusters", "listClusterBilling", "The bill of clusters", &cluster_billing_query,
     &cluster_billing_answer, "clusterId", "uniqueClusterCount", cluster_billing_amounts},
};

std::string empty_bill(const Bill& bill, const JsonValue& query, const BillingRange& range,
                       const PageQuery& asked) {
  JsonWriter json;
  const Page page = add_items(json, asked, 0, {}, {});
  json.open("metadata").open("query");
  json.text("startTime", date_time_of(range.start)).text("endTime", date_time_of(range.end));
  json.text("bucketSize", bucket_of(query));
  if (!bill.filter.empty()) {
    const auto filter = query.member(bill.filter);
    filter ? json.text(bill.filter, filter->text()) : json.null(bill.filter);
  }
  json.close().number("recordCount", 0);
  if (!bill.unique.empty()) json.number(bill.unique, 0);
  json.open("totals");
  for (const Field& amount : bill.amounts) json.number(amount.name, 0);
  json.close().text("note", "This server meters nothing: every bill is empty.").close();
  add_pagination(json, page);
  return json.done();
}

awaitable<Response> show(Context& context, const Bill& bill, Call call) {
  const JsonValue query = call.query.root();
  const auto asked = page_query("records", query, bill.path);
  if (!asked) co_return not_valid({asked.error().message});
  const auto range = billing_range(query, to_ms(context.clock.now()));
  co_return range ? json_response(200, empty_bill(bill, query, *range, *asked)) : problem_of(range.error());
}

}  // namespace

Result<BillingRange> billing_range(const JsonValue& query, std::int64_t now_ms) {
  const std::string_view bucket = bucket_of(query);
  const auto start = time_in(query, "startTime"), end = time_in(query, "endTime");
  const auto last = query.member("lastN");
  const Time now = floor<std::chrono::seconds>(std::chrono::sys_time<milliseconds>(milliseconds(now_ms)));
  const Time until = snapped_up(end.value_or(now), bucket);
  if (last && (start || end))
    return refusal(Errc::invalid, "lastN does not go together with startTime or endTime");
  if (last) {
    const auto buckets = std::min(json_whole(last->text()).value_or(buckets_max), buckets_max);
    const Time from = std::max(bucket_at(until, bucket, -buckets), Time());
    return BillingRange{ms_of(from), ms_of(until)};
  }
  const Time from = bucket_at(start.value_or(end.value_or(now) - span_default), bucket, 0);
  if (from >= until) return refusal(Errc::invalid, "startTime is not before endTime");
  return BillingRange{ms_of(from), ms_of(until)};
}

std::vector<Operation> billing_operations(Context& context) {
  std::vector<Operation> operations;
  for (const Bill& bill : bills)
    operations.push_back(
        {.method = net::Method::get,
         .path = std::string(bill.path),
         .id = bill.id,
         .summary = bill.summary,
         .query = bill.query,
         .answer = bill.answer,
         .handler = [&context, &bill](Call call) { return show(context, bill, std::move(call)); }});
  return operations;
}

}  // namespace pilotlight::api::rest_v2
