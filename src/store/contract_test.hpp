#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "store/memory/memory_store.hpp"
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
};

struct MemorySubject final : Subject {
  Store& store() override { return memory; }
  void reopen() override {}
  void leave_room(int writes) override { memory.full = writes == 0; }
  bool make_room() override { return memory.full.exchange(false); }
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
