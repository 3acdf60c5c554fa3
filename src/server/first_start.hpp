#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace pilotlight::server {

/// The secret that worker tokens are made from; made at the first start, in DIR/worker-secret.
Result<std::string> worker_secret(const std::string& data_folder);

/// The raw key that a text stands for, whsec_ and base64 as the Standard Webhooks specification has it;
/// nullopt for any other text.
std::optional<std::string> webhook_key(std::string_view text);
/// The key of webhook signatures: that of the option, which was checked, or, if it is empty, of
/// DIR/webhook-secret, made at the first start.
Result<std::string> webhook_secret(const std::string& data_folder, const std::string& given);

/// What is wrong with an API key that somebody chose, in words that do not repeat it; empty if nothing is. A
/// short key can be guessed, and one with a space or a line end cannot be sent in a header.
std::string key_problem(std::string_view key);

/// The key of the account from now on.
struct Key {
  std::string hash;       ///< accepted
  bool remember = false;  ///< the store does not know it yet
  std::string fresh_key;  ///< made just now, to be shown once; empty otherwise
};

/// PILOTLIGHT_API_KEY if it is set; else the one the store knows; else the one in DIR/api-key; else a new
/// one, which is written there. `stored_hash`: empty if there is none. Refuses a file with a key that
/// key_problem objects to; a key that the store knows was accepted once and stays so.
Result<Key> choose_key(const std::string& data_folder, const std::string& stored_hash);

/// Prints a key that was made just now to standard output, or, if that is the system's journal, which others
/// may read and which keeps it, the file where it is.
void show_key(const std::string& data_folder, const std::string& fresh_key);

/// Removes DIR/api-key if it holds another key than the accepted one: nobody shall try it in vain.
void remove_stale_key(const std::string& data_folder, const Key& key);

}  // namespace pilotlight::server
