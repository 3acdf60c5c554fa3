#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "sim/twins/sim_engine.hpp"

namespace pilotlight::sim {

struct World;

/// One request on its way. What is left out is ordinary.
struct Request {
  Lane lane = Lane::control;
  Command command{};
  /// The answer, or null: the connection broke. Called exactly once.
  std::function<void(const Answer*)> heard{};
  /// What the door makes of the engine's answer before it writes it.
  std::function<Answer(Answer)> door{};
  /// A body is read and, if it is large, written to a file before the engine hears of the request.
  milliseconds upload{0};
  std::vector<PayloadRef> files{};
  /// After this time the asker hangs up.
  std::optional<milliseconds> patience{};
  std::optional<std::size_t> worker{};  ///< the asker, if it is a worker
};

/// Everything between clients or workers and the engine: the wire with its faults, the backlog of the
/// listening socket while no server is up, and the doors, which put tickets on commands, notice hang-ups and
/// say so when jobs could not be written.
class SimNet {
 public:
  explicit SimNet(World& world) : world_(world) {}

  void ask(Request request);
  /// A question of a door itself: no wire is between, and only the server's death breaks it off.
  void ask_inside(Request request);
  /// The engine's answer: written a moment later.
  void answer(const effect::Reply& reply);
  void doors_open();
  void server_lost(bool reboot);
  void machine_up() { machine_down_ = false; }
  /// Its process is gone; its sockets close.
  void worker_died(std::size_t worker);
  /// The server has received the beginning of a request of this worker that is not yet a command.
  bool uploading(std::size_t worker) const;
  /// A client's new job is still on its way in or its answer on its way out.
  bool submitting() const;

 private:
  enum class Stage : std::uint8_t { travelling, backlog, uploading, inside, answering };
  struct Call {
    Request request;
    Stage stage = Stage::travelling;
    bool cut = false;        ///< nobody listens any more
    bool unnoticed = false;  ///< the server does not know that: no word came over the wire
    bool silent = false;     ///< the answer will not arrive
    bool waits = false;      ///< the engine may hold the question open
    std::optional<milliseconds> cut_after;
    milliseconds back{0};
    Answer answer;
  };
  void arrive(Ticket ticket);
  void enter(Ticket ticket);
  void submit(Ticket ticket);
  void write(Ticket ticket);
  void deliver(Call call);
  void cut(Ticket ticket);
  void notice(Ticket ticket);
  void fail(Call& call);
  void unwritten(Ticket ticket, const Call& call);
  milliseconds trip();

  World& world_;
  std::map<Ticket, Call> calls_;
  Ticket tickets_ = ticket_none;
  bool machine_down_ = false;
};

}  // namespace pilotlight::sim
