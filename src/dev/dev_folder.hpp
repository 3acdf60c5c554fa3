#pragma once

#include <string>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace pilotlight::dev {

/// The folder `.pilotlight-dev` beside a handler, mode 0700, which git leaves alone: the server's data and
/// log. Held by one process at a time; what it holds goes with the object unless it is kept.
class DevFolder {
 public:
  /// Error: another process holds it (the text says which, and where it serves), or it cannot be made.
  static Result<DevFolder> take(const std::string& handler_folder);
  DevFolder(DevFolder&&) = default;
  DevFolder& operator=(DevFolder&&) = delete;
  ~DevFolder();

  std::string data() const { return path_ + "/data"; }
  /// In the data folder, which workers do not see: the first start prints the API key.
  std::string server_log() const { return data() + "/server.log"; }

  /// The file `dev.env` in the data folder, for programs that wait for the endpoint: it is there, complete,
  /// once this has returned, and gone when the folder is taken again.
  Result<void> publish(const std::string& variables) const;

  /// Sets the text about this process that a second one is told.
  void say(const std::string& text);
  /// Leave everything for the next time.
  void keep() { kept_ = true; }

 private:
  DevFolder(std::string path, Fd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  Fd lock_;
  bool kept_ = false;
};

}  // namespace pilotlight::dev
