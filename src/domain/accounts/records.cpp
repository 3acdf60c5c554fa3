#include "domain/accounts/records.hpp"

namespace pilotlight::record {

ApiKey ApiKeySaved::value() const {
  ApiKey key;
  key.id = first_key;
  key.sha256_hex = sha256_hex;
  key.made = made;
  key.used = used;
  key.account = account;
  return key;
}

}  // namespace pilotlight::record
