#include "api/front.hpp"

#include <fmt/format.h>

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"
#include "base/shell.hpp"

namespace pilotlight::api {
namespace {

constexpr std::string_view description =
    "A server for jobs on your own machines, with the wire protocols of RunPod Serverless: an endpoint is a "
    "queue of jobs, and workers written with the runpod package run them.";

constexpr std::string_view documentation[] = {
    "pilotlight --help",
    "README.md and docs/api.md of Pilotlight: every call, and where it differs from RunPod",
    "docs/errors.md: every refusal, and what to do about it",
};

/// A step on the way to the first endpoint.
struct Step {
  std::string_view does;
  std::string command;  ///< for a POSIX shell, in the folder of the handler
};

std::string_view name_of(Integrity::State state) {
  switch (state) {
    case Integrity::State::not_checked: return "not_checked";
    case Integrity::State::running: return "running";
    case Integrity::State::passed: return "passed";
    case Integrity::State::damaged: return "damaged";
  }
  UNREACHABLE();
}

std::string_view health_sentence(Integrity::State state) {
  switch (state) {
    case Integrity::State::not_checked:
    case Integrity::State::passed: return "The server is healthy and takes jobs.";
    case Integrity::State::running:
      return "The server takes jobs; its database is being checked after a crash.";
    case Integrity::State::damaged:
      return "The server takes jobs, but its database is damaged: see the server's log.";
  }
  UNREACHABLE();
}

/// A command that posts a mutation and keeps the id in its answer in a variable of the shell.
std::string mutation(std::string_view variable, std::string_view text) {
  return fmt::format(
      "{}=$(curl --silent \"$URL/graphql\" --header \"Authorization: Bearer $KEY\" \\\n"
      "  --header 'Content-Type: application/json' \\\n"
      "  --data '{{\"query\": \"mutation {{ {} {{ id }} }}\"}}' |\n"
      "  tee /dev/stderr | sed --quiet 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/p')",
      variable, text);
}

std::vector<Step> first_endpoint(const std::string& url) {
  return {
      {"Set the server's address and your API key: the first start printed the key, and the file api-key in "
       "the data folder holds it",
       "URL=" + shell_quoted(url) + "\nKEY=..."},
      {"In the folder of your handler.py, make a template, which says what a worker runs",
       mutation(
           "TEMPLATE",
           "saveTemplate(input: { name: \\\"first\\\", imageName: \\\"process:'\"$PWD\"'\\\", dockerArgs: "
           "\\\"python3 -u handler.py\\\", containerDiskInGb: 5, volumeInGb: 0, env: [], isServerless: true "
           "})")},
      {"Make an endpoint: a queue with up to three such workers",
       mutation("ENDPOINT",
                "saveEndpoint(input: { name: \\\"first\\\", templateId: \\\"'\"$TEMPLATE\"'\\\", gpuIds: "
                "\\\"AMPERE_16\\\", workersMin: 0, workersMax: 3 })")},
      {"Send a job and wait for its result",
       "curl \"$URL/v2/$ENDPOINT/runsync\" --header \"Authorization: Bearer $KEY\" \\\n"
       "  --data '{\"input\": {\"name\": \"Ada\"}}'"},
  };
}

std::string as_json(const Integrity& integrity, const std::string& url) {
  JsonWriter json;
  json.text("name", "Pilotlight").text("description", description).text("status", "ok");
  json.open("store").text("integrity", name_of(integrity.state)).close();
  json.text("health", health_sentence(integrity.state)).text("url", url).list("firstEndpoint");
  for (const Step& step : first_endpoint(url))
    json.open().text("does", step.does).text("command", step.command).close();
  json.end().list("documentation");
  for (const std::string_view document : documentation) json.text_element(document);
  return json.end().done();
}

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  return escaped;
}

std::string as_html(const Integrity& integrity, const std::string& url) {
  std::string steps, documents;
  for (const Step& step : first_endpoint(url))
    steps += fmt::format("<li>{}:\n<pre>{}</pre>\n", html_escaped(step.does), html_escaped(step.command));
  for (const std::string_view document : documentation)
    documents += fmt::format("<li>{}\n", html_escaped(document));
  return fmt::format(
      R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Pilotlight</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem }}
</style>
<h1>Pilotlight</h1>
<p>{}</p>
<p>{} Programs ask <a href="/healthz">/healthz</a>.</p>
<h2>The first endpoint</h2>
<ol>
{}</ol>
<h2>Documentation</h2>
<ul>
{}</ul>
</html>
)",
      html_escaped(description), html_escaped(health_sentence(integrity.state)), steps, documents);
}

net::Response front_page(Context& context, const net::Request& request) {
  const Integrity integrity = context.store.integrity();
  const std::string& url = context.settings.public_url;
  net::Response response;
  if (request.accepts_json && !request.accepts_html) {
    response = json_response(200, as_json(integrity, url));
  } else {
    response.content_type = "text/html; charset=utf-8";
    response.head = as_html(integrity, url);
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  }
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

net::Response health(const Integrity& integrity) {
  JsonWriter json;
  json.text("status", "ok").open("store").text("integrity", name_of(integrity.state));
  if (!integrity.finding.empty()) json.text("finding", integrity.finding);
  return json_response(200, json.close().done());
}

}  // namespace

std::vector<Door> front_doors(Context& context) {
  const auto page = [&context](net::Request request, net::Exchange&) {
    return at_once(front_page(context, request));
  };
  const auto healthz = [&context](net::Request, net::Exchange&) {
    return at_once(health(context.store.integrity()));
  };
  const auto door = [](const char* path, net::Handler handler) {
    return Door(Access::everybody,
                {net::Method::get, path, 0, net::Budget::client, net::OverLimit::refuse, std::move(handler)});
  };
  return {door("/", page), door("/healthz", healthz)};
}

}  // namespace pilotlight::api
