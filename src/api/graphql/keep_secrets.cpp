#include "api/graphql/keep_secrets.hpp"

#include <algorithm>
#include <array>

namespace pilotlight::api {
namespace {

constexpr std::array<std::string_view, 4> takers{"saveRegistryAuth", "updateRegistryAuth", "secretCreate",
                                                 "secretValueUpdate"};
/// Beginnings of messages that name fields, arguments and types alone.
constexpr std::array<std::string_view, 4> harmless{"Cannot query field ", "Unknown argument ",
                                                   "Unknown type ", "Field \""};

bool may_hold_a_secret(std::string_view document) {
  return std::any_of(takers.begin(), takers.end(), [document](std::string_view mutation) {
    return document.find(mutation) != std::string_view::npos;
  });
}

bool is_harmless(std::string_view message) {
  return std::any_of(harmless.begin(), harmless.end(),
                     [message](std::string_view beginning) { return message.starts_with(beginning); });
}

}  // namespace

void keep_secrets(std::string_view document, graphql::Prepared& prepared) {
  if (prepared.ok() || !may_hold_a_secret(document)) return;
  for (graphql::RequestError& error : prepared.errors)
    if (!is_harmless(error.message))
      error.message =
          "the request is not valid here; what was sent is not repeated, because it may hold a secret";
}

}  // namespace pilotlight::api
