#pragma once

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "base/assert.hpp"

/// Certificates made on the spot.
namespace pilotlight::webhook::testing {

template <auto free>
struct Freeing {
  template <class T>
  void operator()(T* thing) const {
    free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;

inline Key make_key() {
  return Key(EVP_EC_gen("P-256"));
}

struct CertificateTraits {
  std::string names;         ///< such as "DNS:receiver.test,IP:127.0.0.1"
  long valid_for_s = 3'600;  ///< from now on; negative: it has ended
};

/// A certificate that signs itself: who trusts it trusts the receiver.
inline Certificate make_certificate(EVP_PKEY* key, const CertificateTraits& traits) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), traits.valid_for_s);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  const std::string text = "receiver with " + traits.names;
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate.get(), certificate.get(), nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>> names(
      X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, traits.names.c_str()));
  ASSERT(names != nullptr && X509_add_ext(certificate.get(), names.get(), -1) == 1);
  ASSERT(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

inline void append_certificate(const std::string& path, X509* certificate) {
  FILE* const file = std::fopen(path.c_str(), "a");
  ASSERT(file != nullptr && PEM_write_X509(file, certificate) == 1);
  std::fclose(file);
}

/// What a receiver needs to speak TLS as this one.
inline TlsContext tls_of(EVP_PKEY* key, X509* certificate) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  ASSERT(SSL_CTX_use_certificate(context.get(), certificate) == 1);
  ASSERT(SSL_CTX_use_PrivateKey(context.get(), key) == 1);
  return context;
}

}  // namespace pilotlight::webhook::testing
