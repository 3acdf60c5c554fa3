#pragma once

#include <string>

namespace pilotlight {

/// A secret text that only the server's secret key opens. Nobody else sees more of the text than its length.
struct Sealed {
  std::string bytes;  ///< nonce, then ciphertext

  friend bool operator==(const Sealed&, const Sealed&) = default;
};

}  // namespace pilotlight
