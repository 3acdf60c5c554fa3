#pragma once

#include "api/jobs/door.hpp"
#include "domain/jobs/stream.hpp"

namespace pilotlight::api {

/// What the client of an event stream has already, as it repeats it in Last-Event-ID.
struct LastEvent {
  StreamPosition position;
  bool end = false;  ///< it saw the end of the job
};

/// Reads an event id; nullopt if it is none of ours.
std::optional<LastEvent> parse_event_id(std::string_view text);

/// A field of a server-sent event that holds this JSON, which may have line breaks between its tokens.
void append_event_data(std::string& out, std::string_view json);

/// A response of server-sent events.
Response events_response(std::shared_ptr<net::BodyParts> events, const JobId& job);

/// The stream of a job as server-sent events, from its start or from behind `last`. 404 if there is no such
/// job; 204, at which clients stop to reconnect, if nothing came after the end that `last` tells of.
awaitable<Response> event_stream(Context& context, Exchange& exchange, Target target,
                                 std::optional<LastEvent> last);

}  // namespace pilotlight::api
