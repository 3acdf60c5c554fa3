#pragma once

#include "domain/accounts/answers.hpp"
#include "domain/credentials/answers.hpp"
#include "domain/definitions/answers.hpp"
#include "domain/jobs/answers.hpp"
#include "domain/joined.hpp"
#include "domain/plain_answers.hpp"
#include "domain/workers/answers.hpp"

namespace pilotlight {

/// The answer to a command. Exactly one reaches each ticket.
struct Answer
    : Joined<PlainAnswers, DefinitionAnswers, JobAnswers, WorkerAnswers, AccountAnswers, CredentialAnswers> {
  using variant::variant;
};

}  // namespace pilotlight
