#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "net/asio.hpp"

namespace pilotlight::webhook {

using Addresses = std::vector<net::asio::ip::address>;

/// Asks the system for the addresses of a name; blocks as long as its name servers do.
Result<Addresses> system_lookup(const std::string& name);

/// The address that a text is in any notation the system knows, such as 127.1; none for a name. Never blocks.
Addresses numeric_address(const std::string& text);

/// Looks names up without making anybody wait who did not ask for them: each lookup blocks a thread of its
/// own, a name is looked up once for all who ask meanwhile, and at most `at_once` at a time. Everything
/// happens on the context's only thread; lookups that outlive this object end unheard.
class Lookups {
 public:
  using Resolve = std::function<Result<Addresses>(const std::string& name)>;
  static constexpr std::size_t at_once = 64;

  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void resolved(const Result<Addresses>& found) = 0;
  };

  /// `resolve` is called on any thread, also after this object's end.
  Lookups(std::shared_ptr<net::asio::io_context> context, Resolve resolve);
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  /// Tells the waiter later, unless it is gone by then.
  void find(const std::string& name, std::weak_ptr<Waiter> waiter);

 private:
  void start(const std::string& name);
  void finish(const std::string& name, const Result<Addresses>& found);

  const std::shared_ptr<net::asio::io_context> context_;
  const Resolve resolve_;
  const std::shared_ptr<Lookups*> self_;  ///< shared with threads: null inside after the end of this object
  std::map<std::string, std::vector<std::weak_ptr<Waiter>>> asked_;
  std::list<std::string> queue_;  ///< names that wait for a look-up
  std::size_t running_ = 0;
};

}  // namespace pilotlight::webhook
