#pragma once

#include <cstdint>
#include <variant>

#include "domain/accounts/records.hpp"
#include "domain/credentials/records.hpp"
#include "domain/definitions/records.hpp"
#include "domain/jobs/records.hpp"
#include "domain/joined.hpp"
#include "domain/payload.hpp"
#include "domain/webhooks/records.hpp"
#include "domain/workers/records.hpp"

/// The records about payloads, which belong to no concern.
namespace pilotlight::record {

/// Something that is remembered names this payload from now on: bytes of place row are committed with this
/// batch, those of place file are no longer an orphan. Not restored.
struct PayloadKept {
  static constexpr std::uint8_t wire = 11;
  PayloadRef ref;
};

/// Nothing names this payload any more. Not restored.
struct PayloadDropped {
  static constexpr std::uint8_t wire = 12;
  PayloadRef ref;
};

}  // namespace pilotlight::record

namespace pilotlight {

using PayloadRecords = std::variant<record::PayloadKept, record::PayloadDropped>;

/// Everything that is remembered. A record is the whole new value of one thing or its removal, so applying a
/// record twice is the same as once, and the live state is the last record of each thing.
struct Record : Joined<DefinitionRecords, AccountRecords, WorkerRecords, JobRecords, WebhookRecords,
                       PayloadRecords, CredentialRecords> {
  using variant::variant;
};

}  // namespace pilotlight
