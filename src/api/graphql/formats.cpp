#include "api/graphql/formats.hpp"

#include "domain/definitions/endpoint.hpp"

namespace pilotlight::api::face {

namespace json = boost::json;

json::value text(std::string_view value) {
  return json::string(value);
}

json::value text_or_null(std::string_view value) {
  return value.empty() ? json::value(nullptr) : text(value);
}

json::value to_json(const std::string& value) {
  return text(value);
}

json::value to_json(const std::vector<std::string>& values) {
  json::array all;
  for (const std::string& value : values) all.push_back(text(value));
  return all;
}

void from_json(const json::value& given, bool& value) {
  value = given.get_bool();
}

void from_json(const json::value& given, std::int64_t& value) {
  value = given.get_int64();
}

void from_json(const json::value& given, milliseconds& value) {
  value = milliseconds{given.get_int64()};
}

void from_json(const json::value& given, std::string& value) {
  value = given.get_string();
}

void from_json(const json::value& given, std::vector<std::string>& values) {
  values.clear();
  for (const json::value& item : given.get_array())
    if (item.is_string()) values.emplace_back(item.get_string());
}

std::optional<Error> InSeconds::read(const json::value& given, milliseconds null_means,
                                     std::optional<milliseconds>& into) {
  into = given.is_null() ? null_means : seconds{given.get_int64()};
  return std::nullopt;
}

json::value InSeconds::write(milliseconds value) {
  return std::chrono::duration_cast<seconds>(value).count();
}

std::optional<Error> InThousandths::read(const json::value& given, std::int64_t null_means,
                                         std::optional<std::int64_t>& into) {
  into = given.is_null() ? null_means : given.get_int64() * 1000;
  return std::nullopt;
}

json::value InThousandths::write(std::int64_t value) {
  return whole_scaler_value(value);
}

}  // namespace pilotlight::api::face
