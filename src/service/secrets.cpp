#include "service/secrets.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sys/random.h>

#include <array>
#include <memory>
#include <optional>

#include "base/assert.hpp"
#include "base/hex.hpp"

namespace pilotlight::service {
namespace {

void fill(void* out, std::size_t size) {
  auto* bytes = static_cast<unsigned char*>(out);
  while (size > 0) {
    const ssize_t n = ::getrandom(bytes, size, 0);
    if (n < 0 && errno == EINTR) continue;
    ASSERT(n > 0);
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
}

/// HMAC-SHA256 under a key.
class KeyedHash {
 public:
  explicit KeyedHash(std::string key) : key_(std::move(key)) {
    static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_.reset(EVP_MAC_CTX_new(hmac));
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    const bool done = EVP_MAC_init(context_.get(), bytes(key_), key_.size(), parameters) == 1;
    ASSERT(done);
  }

  const std::string& key() const { return key_; }
  std::array<unsigned char, 32> of(std::string_view text) {
    std::array<unsigned char, 32> sum;
    std::size_t size = 0;
    const bool done = EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
                      EVP_MAC_update(context_.get(), bytes(text), text.size()) == 1 &&
                      EVP_MAC_final(context_.get(), sum.data(), &size, sum.size()) == 1;
    ASSERT(done && size == sum.size());
    return sum;
  }

 private:
  static const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };

  std::string key_;
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string sha256(std::string_view text) {
  // Fetched once: looking the digest up by name costs more than using it.
  static EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const bool done = EVP_DigestInit_ex2(context.get(), digest, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), out, &size) == 1;
  ASSERT(done);
  return {reinterpret_cast<const char*>(out), size};
}

std::string sha256_hex(std::string_view text) {
  return to_hex(sha256(text));
}

std::string random_hex(std::size_t bytes) {
  return to_hex(random_bytes(bytes));
}

std::string fresh_api_key() {
  return "plk_" + random_hex(24);
}

std::string random_bytes(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill(raw.data(), raw.size());
  return raw;
}

std::uint64_t random_bits() {
  thread_local std::array<std::uint64_t, 256> pool;
  thread_local std::size_t left = 0;
  if (left == 0) {
    fill(pool.data(), sizeof pool);
    left = pool.size();
  }
  return pool[--left];
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string WorkerTokens::token(const WorkerId& worker) const {
  // To prepare a context costs many times what a token costs.
  thread_local std::optional<KeyedHash> last;
  if (!last || last->key() != secret_) last.emplace(secret_);
  const auto sum = last->of(worker.view());
  return to_hex({reinterpret_cast<const char*>(sum.data()), 16});
}

bool WorkerTokens::accepts(std::string_view given, const WorkerId& worker) const {
  return same_secret(given, token(worker));
}

}  // namespace pilotlight::service
