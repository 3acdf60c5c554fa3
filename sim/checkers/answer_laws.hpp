#pragma once

#include <unordered_map>

#include "sim/checkers/step.hpp"
#include "sim/twins/sim_store.hpp"

namespace pilotlight::sim {

struct World;

/// Answers (S1, S4): an answer agrees with all records before it. When it leaves, the facts that it reports
/// are on disk.
class AnswerLaws {
 public:
  explicit AnswerLaws(World& world) : world_(world) {}

  /// `image` is the state after the step.
  void step_ends(const Step& step, const Image& image);
  /// The effect leaves now.
  void released(const Effect& effect, const Disk& disk);

 private:
  struct Said;
  void health(const EndpointId& id, const Image& image, const answer::Health& told);
  void metrics(const EndpointId& id, const Image& image, const answer::Metrics& told);
  void worker_count(const Image& image, const EndpointId& id, std::size_t told);
  void worker(const Image& image, Worker told);
  void workers(const EndpointId& id, const Image& image, const answer::Workers& told);
  void whole(const Image& image, const answer::CatalogContent& content);
  void only(const Image& image, const EndpointId& id, const answer::CatalogContent& content);
  void listed(const Image& image, const answer::CatalogContent& content);
  void volumes(const Image& image, const command::ReadCatalog* read, const answer::CatalogContent& content);
  void refused(const Step& step, const Image& image, const command::SubmitJob& asked,
               const answer::Refused& refusal);
  void live(const Step& step, const Image& image, const answer::JobLive& job);

  World& world_;
};

/// The job is on disk, in whatever state, or its final row has had its time.
bool known(const Disk& disk, const JobId& job);

}  // namespace pilotlight::sim
