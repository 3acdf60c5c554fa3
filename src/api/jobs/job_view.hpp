#pragma once

#include <string>

#include "base/body.hpp"
#include "domain/answer.hpp"
#include "net/message.hpp"
#include "ports/store.hpp"

namespace pilotlight::api {

/// The view of a job that has not ended, with why it waits under the key "pilotlight". `progress` may be
/// null.
net::Response live_view(const answer::JobLive& job, const Body& progress);

/// The view of a job that ended. `result` holds the worker's fields as FinalJob::result says; null if there
/// are none or they are gone.
net::Response final_view(const FinalJob& job, const Body& result);

/// A job as lists show it: its view without input and output, and its times.
std::string listed_view(const StoredJob& job, std::string_view error);

/// What happened to a job, with times.
std::string events_view(const StoredJob& job);

/// The error text of an end that the control plane decided; empty where the worker's answer or nothing says
/// it.
std::string end_text(const FinalJob& job);

/// The counts of an endpoint's workers as a JSON object.
std::string workers_json(const answer::Health& health);

/// ,"pilotlight":{"waiting":…} for an answer about an endpoint; empty if nothing holds its jobs up.
std::string waiting_field(const Waiting& waiting);

}  // namespace pilotlight::api
