#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/doors.hpp"

namespace pilotlight::api {

/// The pages whose scripts a browser lets use the server (the fetch standard's CORS protocol). Immutable.
class CrossOrigins {
 public:
  /// Origins such as https://app.example.org, separated by commas; "*": all; "none".
  explicit CrossOrigins(std::string_view list);

  bool none() const { return !all_ && origins_.empty(); }
  /// The origin to name in the answer to this request; empty if it is of no page, or of one that may not.
  std::string allowed(const net::Request& request) const;

  /// What is wrong with a list; empty if nothing is.
  static std::string problem(std::string_view list);

 private:
  bool all_ = false;
  std::vector<std::string> origins_;
};

/// The same doors for these pages too, with answers to the question that browsers ask before (OPTIONS).
std::vector<Door> with_cross_origin(const CrossOrigins& origins, std::vector<Door> doors);

}  // namespace pilotlight::api
