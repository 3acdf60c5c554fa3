#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace pilotlight::api {

/// Things of one kind that one response shows: those of an account, and those that mutations of the request
/// have saved, each as it was then. A thing stands in the response's tree as its place, a number, until
/// fields of it are selected.
template <class Thing>
class SavedThings {
 public:
  using Shared = std::shared_ptr<const Thing>;

  /// The account's, before anything is saved.
  void set_listed(std::vector<Shared> listed) {
    things_ = std::move(listed);
    listed_ = things_.size();
  }
  /// The place of what a mutation has saved.
  boost::json::value add(Shared saved) {
    things_.push_back(std::move(saved));
    return things_.size() - 1;
  }

  /// Places of the account's.
  boost::json::value listed() const {
    boost::json::array places(listed_);
    for (std::size_t i = 0; i < listed_; ++i) places[i] = i;
    return places;
  }
  const Thing& at(const boost::json::value& place) const {
    return *things_.at(place.to_number<std::size_t>());
  }

 private:
  std::vector<Shared> things_;
  std::size_t listed_ = 0;
};

}  // namespace pilotlight::api
