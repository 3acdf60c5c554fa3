#include "api/graphql/credentials.hpp"

#include <algorithm>
#include <array>

#include "api/graphql/field_error.hpp"
#include "api/graphql/inputs.hpp"
#include "service/credentials/credentials.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using graphql::RootResult;

using ChangeCredential = awaitable<RootResult> (*)(Context&, Exchange&, Catalog&, AccountId,
                                                   const json::object&);

/// The id in a field; empty for what is none, which then is not found.
template <class Id>
Id id_in(const json::object& fields, std::string_view name) {
  return Id::parse(text_of(fields, name)).value_or(Id());
}

template <class Thing>
RootResult shown_as(SavedThings<Thing>& shown, const Result<std::shared_ptr<const Thing>>& saved) {
  if (!saved) return field_error(saved.error());
  return shown.add(*saved);
}

RootResult removed_as(const Result<void>& removed) {
  if (!removed) return field_error(removed.error());
  return json::value(nullptr);
}

awaitable<RootResult> make_registry(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                                    const json::object& input) {
  service::RegistryWish wish{text_of(input, "name"), text_of(input, "username"), text_of(input, "password")};
  const auto made = co_await service::make_registry(context, exchange, account, std::move(wish));
  co_return shown_as(shown.registries(), made);
}

awaitable<RootResult> change_registry(Context& context, Exchange& exchange, Catalog& shown, AccountId,
                                      const json::object& input) {
  const auto id = id_in<RegistryId>(input, "id");
  service::RegistryWish wish{{}, text_of(input, "username"), text_of(input, "password")};
  const auto changed = co_await service::change_registry(context, exchange, id, std::move(wish));
  co_return shown_as(shown.registries(), changed);
}

awaitable<RootResult> delete_registry(Context& context, Exchange& exchange, Catalog&, AccountId,
                                      const json::object& arguments) {
  const auto id = id_in<RegistryId>(arguments, "registryAuthId");
  co_return removed_as(co_await service::delete_registry(context, exchange, id));
}

awaitable<RootResult> make_secret(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                                  const json::object& input) {
  service::SecretWish wish{text_of(input, "name"), text_of(input, "description"), text_of(input, "value")};
  const auto made = co_await service::make_secret(context, exchange, account, std::move(wish));
  co_return shown_as(shown.secrets(), made);
}

awaitable<RootResult> change_value(Context& context, Exchange& exchange, Catalog& shown, AccountId,
                                   const json::object& input) {
  const auto id = id_in<SecretId>(input, "id");
  std::string value = text_of(input, "value");
  const auto changed = co_await service::change_secret_value(context, exchange, id, std::move(value));
  co_return shown_as(shown.secrets(), changed);
}

awaitable<RootResult> change_description(Context& context, Exchange& exchange, Catalog& shown, AccountId,
                                         const json::object& input) {
  const auto id = id_in<SecretId>(input, "id");
  std::string text = text_of(input, "description");
  const auto changed = co_await service::change_secret_description(context, exchange, id, std::move(text));
  co_return shown_as(shown.secrets(), changed);
}

awaitable<RootResult> delete_secret(Context& context, Exchange& exchange, Catalog&, AccountId,
                                    const json::object& arguments) {
  const auto id = id_in<SecretId>(arguments, "id");
  co_return removed_as(co_await service::delete_secret(context, exchange, id));
}

enum class Takes : std::uint8_t { input, arguments };

struct CredentialMutation {
  std::string_view name;
  Takes takes;
  ChangeCredential change;
};

constexpr std::array credential_mutations{
    CredentialMutation{"saveRegistryAuth", Takes::input, make_registry},
    CredentialMutation{"updateRegistryAuth", Takes::input, change_registry},
    CredentialMutation{"deleteRegistryAuth", Takes::arguments, delete_registry},
    CredentialMutation{"secretCreate", Takes::input, make_secret},
    CredentialMutation{"secretValueUpdate", Takes::input, change_value},
    CredentialMutation{"secretDescriptionUpdate", Takes::input, change_description},
    CredentialMutation{"secretDelete", Takes::arguments, delete_secret},
};

/// Null: it is another mutation.
const CredentialMutation* find_credential_mutation(std::string_view name) {
  const auto found = std::ranges::find(credential_mutations, name, &CredentialMutation::name);
  return found == credential_mutations.end() ? nullptr : &*found;
}

}  // namespace

bool changes_credentials(std::string_view mutation) {
  return find_credential_mutation(mutation) != nullptr;
}

awaitable<RootResult> change_credentials(Context& context, Exchange& exchange, Catalog& shown,
                                         AccountId account, const graphql::RootField& field) {
  const CredentialMutation& mutation = *find_credential_mutation(field.field_name);
  const json::object* fields = &field.arguments;
  if (mutation.takes == Takes::input) {
    const json::value* input = field.arguments.if_contains("input");
    if (input == nullptr || !input->is_object())
      co_return field_error(refusal(Errc::invalid, "input must be given"));
    fields = &input->get_object();
  }
  co_return co_await mutation.change(context, exchange, shown, account, *fields);
}

awaitable<> read_credentials(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                             Catalog& catalog) {
  if (graphql::mentions(prepared, {"containerRegistryCreds"})) {
    auto all = co_await service::read_registries(context, exchange);
    if (all) catalog.registries().set_listed(std::move(*all));
  }
  if (graphql::mentions(prepared, {"secrets"})) {
    auto all = co_await service::read_secrets(context, exchange);
    if (all) catalog.secrets().set_listed(std::move(*all));
  }
}

}  // namespace pilotlight::api
