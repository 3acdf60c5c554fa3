#include "webhook/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/assert.hpp"

namespace pilotlight::webhook {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

Signature::Signature(std::string_view secret, std::string_view id, std::int64_t timestamp) {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  context_.reset(EVP_MAC_CTX_new(hmac));
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  // A null key would mean "the key of before".
  const auto* key = secret.empty() ? bytes_of("") : bytes_of(secret);
  ASSERT(context_ != nullptr && EVP_MAC_init(context_.get(), key, secret.size(), parameters) == 1);
  add(id);
  add(".");
  add(std::to_string(timestamp));
  add(".");
}

void Signature::add(std::string_view piece_of_body) {
  ASSERT(EVP_MAC_update(context_.get(), bytes_of(piece_of_body), piece_of_body.size()) == 1);
}

std::string Signature::finish() {
  std::string code(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  ASSERT(EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(code.data()), &size, code.size()) ==
         1);
  code.resize(size);
  return "v1," + base64(code);
}

}  // namespace pilotlight::webhook
