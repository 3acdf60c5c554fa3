#include "server/command_line.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include "keeper/wire/inherited_fds.hpp"

namespace pilotlight::server {
namespace {

std::string help_of(const Option& option) {
  const std::string bounds = bounds_text(option);
  return std::string(option.doc) + (bounds.empty() ? "" : " (" + bounds + ")") +
         (option.standard.empty() ? "" : fmt::format(" [{}]", option.standard));
}

void add_flag(CLI::App& serve, const Option& option, OptionTexts& flags) {
  const std::string name(option.name);
  const bool toggle = option.kind == OptionKind::toggle;
  auto* flag = serve.add_option_function<std::vector<std::string>>(
      "--" + name,
      [&flags, name, toggle](const std::vector<std::string>& given) {
        const std::string text = given.empty() ? std::string() : given.back();
        flags[name] = toggle && text.empty() ? "on" : text;
      },
      help_of(option));
  flag->type_name(value_hint(option))->expected(toggle ? 0 : 1, 1)->take_last();
}

CLI::App* add_serve(CLI::App& app, CommandLine& line) {
  CLI::App* serve = app.add_subcommand("serve", "Run the server until SIGTERM or SIGINT");
  serve
      ->add_option("--config", line.config_file,
                   "Config file [pilotlight.toml in the data folder, if there is one]")
      ->type_name("FILE");
  for (const Option& option : options())
    if (!option.secret) add_flag(*serve, option, line.flags);
  serve->add_option(std::string(keeper::inherited_option), line.keeper_link)->group("");
  serve->footer(
      "Every option is also an environment variable (PILOTLIGHT_GRACE) and a key of the config file.\n"
      "PILOTLIGHT_API_KEY sets the API key instead of the one made at the first start.");
  return serve;
}

/// The options that say which server is asked.
void add_server(CLI::App& command, std::string& data, std::string& url) {
  data = find_option("data")->standard;
  command.add_option("--data", data, "Data folder of the server on this machine [" + data + "]")
      ->type_name("FOLDER")
      ->envname("PILOTLIGHT_DATA");
  command.add_option("--url", url, "URL of the server, http://HOST:PORT [the address in the data folder]")
      ->type_name("URL");
}

CLI::App* add_worker_env(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("worker-env", "Print the variables of a worker that you start by hand");
  command->add_option("endpoint", line.worker_env.endpoint, "Id of the endpoint")
      ->type_name("ENDPOINT")
      ->required();
  add_server(*command, line.worker_env.data, line.worker_env.url);
  command
      ->add_option("--format", line.worker_env.format,
                   "env: NAME=value lines, for env(1), a debugger or docker run --env-file; shell: export "
                   "lines; docker: options for docker run; json [env]")
      ->type_name("env|shell|docker|json");
  command->footer(
      "The API key is PILOTLIGHT_API_KEY, or the key in the data folder. The output contains the worker's "
      "token: keep it secret.\n"
      "Example: env $(pilotlight worker-env ENDPOINT) python3 -u handler.py");
  return command;
}

void add_key_create(CLI::App& key, KeyRequest& request) {
  CLI::App* command = key.add_subcommand("create", "Make an API key and print it, once");
  command
      ->add_option("--role", request.wanted.role,
                   "all: the key opens everything; jobs: only the job API and the OpenAI API")
      ->type_name("all|jobs")
      ->required()
      ->check(CLI::IsMember({"all", "jobs"}));
  command->add_option("--name", request.wanted.name, "What the key is for, for people")->type_name("TEXT");
  command
      ->add_option("--endpoint", request.wanted.endpoints,
                   "Endpoint that a key of the role jobs opens; may be repeated [every endpoint]")
      ->type_name("ENDPOINT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_server(*command, request.data, request.server.url);
  command->callback([&request] { request.action = KeyRequest::Action::create; });
}

CLI::App* add_key(CLI::App& app, CommandLine& line) {
  CLI::App* key = app.add_subcommand("key", "Create, list and revoke API keys");
  key->require_subcommand(1);
  KeyRequest& request = line.key;
  add_key_create(*key, request);
  CLI::App* list = key->add_subcommand("list", "List the API keys; the keys themselves are not kept");
  add_server(*list, request.data, request.server.url);
  list->callback([&request] { request.action = KeyRequest::Action::list; });
  CLI::App* revoke = key->add_subcommand("revoke", "Revoke an API key for good");
  revoke->add_option("id", request.id, "Id of the key, as list shows it")->type_name("ID")->required();
  add_server(*revoke, request.data, request.server.url);
  revoke->callback([&request] { request.action = KeyRequest::Action::revoke; });
  key->footer(
      "These commands need a key of the role all: PILOTLIGHT_API_KEY, or the key in the data folder.\n"
      "Example: pilotlight key create --role jobs --name laptop");
  return key;
}

CLI::App* add_restart_server(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "restart-server",
      "Restart a server on this machine from its program's file, which may be a new version");
  line.restart_data = find_option("data")->standard;
  command->add_option("--data", line.restart_data, "Data folder of the server [" + line.restart_data + "]")
      ->type_name("FOLDER")
      ->envname("PILOTLIGHT_DATA");
  command->footer(
      "Workers and jobs go on, and the options stay as they are. If the new program does not become "
      "ready,\nthe previous program serves again. Exit status: 0 restarted; 1 not restarted; 3 no server "
      "runs on the data folder.");
  return command;
}

CLI::App* add_dev(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("dev", "Serve a handler on this machine while you write it");
  dev::DevRequest& dev = line.dev;
  command->add_option("handler", dev.path, "The handler's file, or a folder with a handler.py")
      ->type_name("HANDLER.py|FOLDER")
      ->required();
  command
      ->add_option(
          "--python", dev.python,
          "Interpreter [the active virtual environment, else .venv or venv beside the handler, else python3]")
      ->type_name("PYTHON");
  command->add_option("--port", dev.port, "Port on 127.0.0.1 [a free one]")->type_name("PORT");
  command
      ->add_option("--input", dev.input,
                   "Job to run at the start, and again when you press Enter: {\"input\": ...} "
                   "[test_input.json beside the handler]")
      ->type_name("FILE|JSON");
  command->add_flag(
      "--once", dev.once,
      "Run that job, print only its output to standard output, and exit: 0 if the job completed, 4 if not");
  command->add_option("--workers", dev.workers, "Largest number of workers; one is always running [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  command->add_option("--env", dev.variables, "Variable of the workers; may be repeated")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--env-file", dev.variable_files, "File with lines NAME=VALUE; may be repeated")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_flag(
      "--kill", dev.kill,
      "When a file is saved, stop running jobs and run them again, instead of letting them end first");
  command->add_flag("--keep", dev.keep,
                    "Keep the jobs and the API key in .pilotlight-dev for the next start");
  command->footer(
      "A saved file restarts the workers. While the command runs, its data and log are in .pilotlight-dev "
      "beside the handler.\n"
      "Example: pilotlight dev handler.py --once --input '{\"input\": {\"name\": \"Ada\"}}'");
  return command;
}

CommandLine interpret(CLI::App& app, CommandLine& line, int argc, char** argv) {
  CLI::App* serve = add_serve(app, line);
  CLI::App* dev = add_dev(app, line);
  CLI::App* worker_env = add_worker_env(app, line);
  CLI::App* key = add_key(app, line);
  CLI::App* restart_server = add_restart_server(app, line);
  CLI::App* show = app.add_subcommand("options", "Print every option of serve");
  bool markdown = false;
  show->add_flag("--markdown", markdown, "As a page of documentation")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    line.status = app.exit(error) == 0 ? 0 : 2;
    return line;
  }
  if (serve->parsed()) line.action = CommandLine::Action::serve;
  if (dev->parsed()) line.action = CommandLine::Action::dev;
  if (worker_env->parsed()) line.action = CommandLine::Action::worker_env;
  if (key->parsed()) line.action = CommandLine::Action::key;
  if (restart_server->parsed()) line.action = CommandLine::Action::restart_server;
  if (show->parsed()) line.action = CommandLine::Action::options;
  return line;
}

}  // namespace

CommandLine read_command_line(int argc, char** argv) {
  CLI::App app("RunPod Serverless for your own machines", "pilotlight");
  app.set_version_flag("--version", "pilotlight " PILOTLIGHT_VERSION);
  app.require_subcommand(1);
  CommandLine line;
  return interpret(app, line, argc, argv);
}

}  // namespace pilotlight::server
