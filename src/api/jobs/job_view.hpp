#pragma once

#include <string>

#include "api/json_writer.hpp"
#include "base/body.hpp"
#include "domain/jobs/answers.hpp"
#include "net/message.hpp"
#include "service/jobs/find.hpp"

namespace pilotlight::api {

/// The view of a job that has not ended, with why it waits under the key "pilotlight". `progress` may be
/// null.
net::Response live_view(const answer::JobLive& job, const Body& progress);

/// The members of a job that ended, without the worker's.
JsonWriter final_members(const FinalJob& job);

/// The view of a job that ended. `result` holds the worker's fields as FinalJob::result says; null if there
/// are none or they are gone.
net::Response final_view(const FinalJob& job, const Body& result);

/// The view of a job as it stands.
net::Response found_view(const service::FoundJob& found);

/// A job as lists show it: its view without input and output, and its times.
std::string listed_view(const StoredJob& job, std::string_view error);

/// What happened to a job, with times.
std::string events_view(const StoredJob& job);

/// The error text of an end that the control plane decided; empty where the worker's answer or nothing says
/// it.
std::string end_text(const FinalJob& job);

/// The member "workers" with the counts of an endpoint's workers.
void add_workers(JsonWriter& json, const answer::Health& health);

/// The member "pilotlight":{"waiting":…} of an answer about an endpoint; none if nothing holds its jobs up.
void add_waiting_member(JsonWriter& json, const Waiting& waiting);

}  // namespace pilotlight::api
