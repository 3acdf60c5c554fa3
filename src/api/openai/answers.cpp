#include "api/openai/answers.hpp"

#include <boost/json.hpp>

#include "api/jobs/event_stream.hpp"
#include "api/json.hpp"
#include "api/json_writer.hpp"
#include "api/openai/python_literal.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

std::string_view type_of(int status) {
  if (status == 401) return "authentication_error";
  if (status == 403) return "permission_error";
  if (status == 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// The HTTP status that an error's own fields ask for.
int status_of(const json::object& error) {
  if (const json::value* code = error.if_contains("code"); code != nullptr && code->is_int64())
    if (code->get_int64() >= 400 && code->get_int64() < 600) return static_cast<int>(code->get_int64());
  const std::string type = text_member(error, "type");
  if (type == "BadRequestError" || type == "invalid_request_error") return 400;
  if (type == "NotFoundError" || type == "not_found_error") return 404;
  return 500;
}

/// The error object in what a worker answered, if it is one: old servers of the API answer it bare.
const json::object* error_in(const json::value& answer) {
  if (!answer.is_object()) return nullptr;
  const json::object& object = answer.get_object();
  if (text_member(object, "object") == "error") return &object;
  const json::value* error = object.if_contains("error");
  return error != nullptr && error->is_object() ? &error->get_object() : nullptr;
}

/// What a worker meant by the error of its job: the SDK makes text of objects, and a report of exceptions.
OpenAiAnswer answer_of_error(std::string_view text) {
  boost::system::error_code code;
  std::optional<json::value> value;
  if (text.starts_with('{')) {
    value = json::parse({text.data(), text.size()}, code);
    if (code) value = parse_python_literal(text);
  }
  if (!value || !value->is_object()) return openai_error(500, text);
  const json::object* const inner = error_in(*value);
  json::object object = inner != nullptr ? *inner : value->get_object();
  std::string message = text_member(object, "message");
  if (message.empty()) message = text_member(object, "error_message");
  const int status = status_of(object);
  OpenAiAnswer answer = openai_error(status, message.empty() ? text : message);
  if (message.empty() || text_member(object, "type").empty()) return answer;
  object.emplace("param", nullptr);
  object.emplace("code", nullptr);
  answer.body = JsonWriter().raw("error", json_of(object)).done();
  return answer;
}

bool ends_event(std::string_view text) {
  return text.ends_with("\n\n") || text.ends_with("\r\n\r\n");
}

}  // namespace

OpenAiAnswer openai_error(int status, std::string_view message) {
  JsonWriter json;
  json.open("error")
      .text("message", message)
      .text("type", type_of(status))
      .null("param")
      .null("code")
      .close();
  return {status, json.done()};
}

std::string openai_job_input(std::string_view route, const Body& request) {
  JsonWriter json;
  json.text("openai_route", route).raw("openai_input", request ? std::string_view(*request) : "{}");
  return json.done();
}

bool wants_stream(const Body& request) {
  bool stream = false;
  if (request)
    for_each_field(request, [&stream](std::string_view name, std::string_view raw) {
      if (name == "stream") stream = raw == "true";
    });
  return stream;
}

OpenAiAnswer openai_value(std::string_view value) {
  OpenAiAnswer answer;
  answer.body = value.starts_with('"') ? json_text(value).value_or("") : std::string(value);
  // Only what may be an error is parsed.
  if (!answer.body.starts_with('{') || answer.body.find("\"error\"") == std::string::npos) return answer;
  boost::system::error_code code;
  const json::value parsed = json::parse(answer.body, code);
  if (code) return answer;
  if (const json::object* error = error_in(parsed)) answer.status = status_of(*error);
  return answer;
}

std::optional<OpenAiAnswer> openai_answer(JobState state, const Body& view) {
  std::string output, error;
  for_each_field(view, [&](std::string_view name, std::string_view raw) {
    if (name == "output") output = raw;
    if (name == "error") error = json_text(raw).value_or("");
  });
  switch (state) {
    case JobState::completed: break;
    case JobState::cancelled: return openai_error(500, "the job was cancelled");
    case JobState::timed_out: return openai_error(504, error);
    case JobState::failed: return answer_of_error(error);
    case JobState::in_queue:
    case JobState::in_progress: return openai_error(500, "the job has not ended");
  }
  if (output.starts_with('[')) {
    const Body list = copy_body(output);
    output.clear();
    for_each_element(list, [&output](std::string_view first) {
      output = first;
      return false;
    });
  }
  if (output.empty() || output == "null") return std::nullopt;
  return openai_value(output);
}

std::string OpenAiEvents::text(std::string_view chunk) {
  if (chunk.starts_with('"')) {
    std::string piece = json_text(chunk).value_or("");
    raw_ = raw_ || !piece.empty();
    last_ += piece.substr(piece.size() - std::min<std::size_t>(piece.size(), 4));
    last_.erase(0, last_.size() - std::min<std::size_t>(last_.size(), 4));
    return piece;
  }
  wrapped_ = true;
  std::string event;
  append_event_data(event, chunk);
  return event + "\n";
}

std::string OpenAiEvents::all_of(const Body& output) {
  if (!output->starts_with('[')) return text(*output);
  std::string all;
  for_each_element(output, [this, &all](std::string_view element) {
    all += text(element);
    return true;
  });
  return all;
}

std::string OpenAiEvents::end() const {
  if (!raw_) return "data: [DONE]\n\n";
  if (between_events()) return {};
  return last_.ends_with('\n') ? "\n" : "\n\n";
}

std::string OpenAiEvents::failure(std::string_view error_body) const {
  std::string event = between_events() ? "" : "\n\n";
  append_event_data(event, error_body);
  return event + "\n";
}

bool OpenAiEvents::between_events() const {
  return !raw_ || ends_event(last_);
}

}  // namespace pilotlight::api
