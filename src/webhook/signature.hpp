#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::webhook {

std::string base64(std::string_view bytes);
/// nullopt for what is not whole, padded base64.
std::optional<std::string> from_base64(std::string_view text);

/// The signature of a message as the Standard Webhooks specification has it, over a body that comes in
/// pieces.
class Signature {
 public:
  /// `secret` is the raw key. Neither id nor timestamp is part of what `add` takes.
  Signature(std::string_view secret, std::string_view id, std::int64_t timestamp);

  void add(std::string_view piece_of_body);
  /// The value of the header `webhook-signature`. Once, after the whole body.
  std::string finish();

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

}  // namespace pilotlight::webhook
