#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "store/memory/memory_store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store/values_test.hpp"

namespace pilotlight::store::testing {

/// The disk of the calling thread is full from this write on; 0: it is not.
extern thread_local int full_at_write;

/// A store that can be closed and opened again over the same data, on a disk that fills up.
struct Subject {
  virtual ~Subject() = default;
  virtual Store& store() = 0;
  virtual void reopen() = 0;
  /// Its disk has room for so many more writes of this thread.
  virtual void leave_room(int writes) = 0;
  /// Ends that; true if a write found no room.
  virtual bool make_room() = 0;
  /// Other bytes stand where this body was stored, unnoticed; nullopt: it is lost.
  virtual void damage(const PayloadRef& ref, const std::optional<std::string>& body) = 0;
};

struct MemorySubject final : Subject {
  Store& store() override { return memory; }
  void reopen() override {}
  void leave_room(int writes) override { memory.full = writes == 0; }
  bool make_room() override { return memory.full.exchange(false); }
  void damage(const PayloadRef& ref, const std::optional<std::string>& body) override {
    memory.damage(ref.number, body ? make_body(*body) : nullptr);
  }
  MemoryStore memory;
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    char name[] = "/tmp/pilotlight-store-XXXXXX";
    folder = ::mkdtemp(name);
    reopen();
  }
  ~SqliteSubject() override {
    open.reset();
    std::filesystem::remove_all(folder);
  }
  Store& store() override { return *open; }
  void reopen() override {
    open.reset();
    auto opened = open_sqlite_store({folder, 0});
    ASSERT_TRUE(opened) << opened.error().message;
    open = std::move(*opened);
  }
  void leave_room(int writes) override { full_at_write = writes + 2; }
  bool make_room() override { return std::exchange(full_at_write, 0) == 1; }
  void damage(const PayloadRef& ref, const std::optional<std::string>& body) override {
    if (ref.place == PayloadPlace::file) {
      char name[24];
      std::snprintf(name, sizeof name, "/%016llx", static_cast<unsigned long long>(ref.number));
      const std::string path = folder + "/bodies" + name;
      body ? void(std::ofstream(path) << *body) : void(std::filesystem::remove(path));
      return;
    }
    const std::string number = std::to_string(ref.number);
    std::string hex = "X'";
    for (const unsigned char c : body.value_or(""))
      for (const int digit : {c >> 4, c & 15}) hex += "0123456789abcdef"[digit];
    hex += "'";
    const std::string by_hand = body ? "UPDATE payload SET body = " + hex + " WHERE number = " + number +
                                           "; UPDATE live_job SET input = " + hex +
                                           " WHERE input NOT NULL AND row = " + number +
                                           "; UPDATE chunk SET body = " + hex + " WHERE payload = " + number
                                     : "DELETE FROM payload WHERE number = " + number +
                                           "; UPDATE live_job SET input = NULL WHERE row = " + number +
                                           "; DELETE FROM chunk WHERE payload = " + number;
    Database shell;
    ASSERT_TRUE(shell.open(folder + "/pilotlight.db", Database::Mode::read_write));
    ASSERT_TRUE(shell.run(by_hand.c_str()));
  }
  std::string folder;
  std::unique_ptr<Store> open;
};

class StoreContract : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string(GetParam()).starts_with("memory"))
      subject_ = std::make_unique<MemorySubject>();
    else
      subject_ = std::make_unique<SqliteSubject>();
  }
  Store& store() { return subject_->store(); }
  void commit(std::vector<Record> records, std::vector<StoredPayload> payloads = {},
              std::int64_t now_ms = 1000) {
    ASSERT_NO_FATAL_FAILURE(
        despite_full_disks([&] { return store().commit(timestamp_from_ms(now_ms), records, payloads); }));
  }
  void write_file(const PayloadRef& ref, const char* text) {
    ASSERT_NO_FATAL_FAILURE(despite_full_disks([&] { return store().write_file(ref, make_body(text)); }));
  }
  /// In the failing variants, first lets each of the call's writes find a full disk, one after the other:
  /// each time it must be refused and leave everything as it was.
  void despite_full_disks(const std::function<Result<void>()>& call) {
    const bool failing = std::string(GetParam()).ends_with("failing");
    for (int room = 0; failing; ++room) {
      const auto before = loaded();
      subject_->leave_room(room);
      const auto done = call();
      if (!subject_->make_room()) {
        ASSERT_TRUE(done) << done.error().message;
        return;
      }
      ASSERT_FALSE(done) << "without room for write " << room;
      ASSERT_EQ(done.error().code, Errc::no_space) << done.error().message;
      ASSERT_EQ(loaded(), before);
    }
    const auto done = call();
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<std::string> loaded(Loaded* marks = nullptr) {
    std::vector<std::string> all;
    const auto result = store().load([&](Record record) { all.push_back(encode(record)); });
    EXPECT_TRUE(result);
    if (marks != nullptr && result) *marks = *result;
    std::sort(all.begin(), all.end());
    return all;
  }

  std::unique_ptr<Subject> subject_;
};

inline FinalJob final_of(const Job& live, std::int64_t expires_ms) {
  FinalJob value;
  value.id = live.id;
  value.endpoint = live.endpoint;
  value.expires = timestamp_from_ms(expires_ms);
  value.input = live.input;
  return value;
}

}  // namespace pilotlight::store::testing
