#pragma once

#include "core/accounts.hpp"
#include "core/call.hpp"
#include "core/commands/forward.hpp"
#include "core/credentials.hpp"
#include "core/definitions.hpp"
#include "core/streams.hpp"
#include "core/waiters.hpp"
#include "core/webhooks.hpp"

namespace pilotlight::core {

class Dispatch;

// The handlers of commands that do not change the heart. Each names all that it may look at or change; the
// others are members of Dispatch.

// --- accounts.cpp
void on(const command::SaveApiKey& c, Call& call, Accounts& accounts);
void on(const command::MakeApiKey& c, Call& call, const Definitions& definitions, Accounts& accounts);
void on(const command::RevokeApiKey& c, Call& call, Accounts& accounts);
void on(const command::ReadApiKeys& c, Call& call, const Accounts& accounts);
void on(const command::NoteKeyUse& c, Call& call, Accounts& accounts);
void on(const command::SaveAccountSettings& c, Call& call, Accounts& accounts);

// --- batches.cpp
void on(const command::SaveBatch& c, Call& call);
void on(const command::ShortenRetention& c, Call& call);

// --- definitions.cpp
void on(const command::ReadCatalog& c, Call& call, Definitions& definitions, const Accounts& accounts);

// --- registries.cpp
void on(const command::SaveRegistry& c, Call& call, Credentials& credentials);
void on(const command::DeleteRegistry& c, Call& call, const Definitions& definitions,
        Credentials& credentials);
void on(const command::ReadRegistries& c, Call& call, const Credentials& credentials);

// --- secrets.cpp
void on(const command::SaveSecret& c, Call& call, Credentials& credentials);
void on(const command::DeleteSecret& c, Call& call, Credentials& credentials);
void on(const command::ReadSecrets& c, Call& call, const Credentials& credentials);

// --- streams.cpp
void on(const command::ReadStream& c, Call& call, const Dispatch& dispatch, Streams& streams);
void on(const command::MoveStream& c, Call& call, const Dispatch& dispatch);

// --- views.cpp
void on(const command::ReadHealth& c, Call& call, const Definitions& definitions, const Dispatch& dispatch);
void on(const command::ReadMetrics& c, Call& call, const Definitions& definitions, const Dispatch& dispatch);
void on(const command::ReadWorkers& c, Call& call, const Definitions& definitions);

// --- volumes.cpp
void on(const command::SaveVolume& c, Call& call, Definitions& definitions);
void on(const command::DeleteVolume& c, Call& call, Definitions& definitions);
void on(const command::VolumeFolderRemoved& c, Call& call, Definitions& definitions);

// --- waits.cpp
void on(const command::Claim& c, Waiters& waiters);
void on(const command::Release& c, Waiters& waiters);

// --- webhooks.cpp
void on(const command::WebhookTried& c, Webhooks& webhooks);

}  // namespace pilotlight::core
