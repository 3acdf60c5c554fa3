#pragma once

#include <cstdint>
#include <optional>

#include "core/control_plane.hpp"
#include "sim/checkers/account_laws.hpp"
#include "sim/checkers/ahead_laws.hpp"
#include "sim/checkers/answer_laws.hpp"
#include "sim/checkers/asking_laws.hpp"
#include "sim/checkers/credential_laws.hpp"
#include "sim/checkers/definition_laws.hpp"
#include "sim/checkers/digest.hpp"
#include "sim/checkers/explanation_laws.hpp"
#include "sim/checkers/holder_laws.hpp"
#include "sim/checkers/job_laws.hpp"
#include "sim/checkers/key_laws.hpp"
#include "sim/checkers/order_laws.hpp"
#include "sim/checkers/pause_laws.hpp"
#include "sim/checkers/result_laws.hpp"
#include "sim/checkers/step.hpp"
#include "sim/checkers/stream_laws.hpp"
#include "sim/checkers/ticket_laws.hpp"
#include "sim/checkers/volume_laws.hpp"
#include "sim/checkers/webhook_laws.hpp"
#include "sim/checkers/words.hpp"
#include "sim/checkers/worker_laws.hpp"

namespace pilotlight::sim {

/// Looks at every call of the control plane and holds it against the laws. Keeps the state that the records
/// add up to in memory, beside the one on disk, and takes it back to the latter when the server dies.
class Audit {
 public:
  explicit Audit(World& world);

  void batch_begins(const Batch& batch);
  /// Before the call that applies the command.
  void asked(const Command& command);
  /// After a call; what it said begins at these places. Null: `advance`.
  void applied(const Batch& batch, const Command* command, std::size_t records, std::size_t effects);
  void batch_ends(const Batch& batch, const core::ControlPlane& plane);
  /// After `restored`: the state is that of the disk, nothing more and nothing less (S10).
  void restored(Batch& batch, core::ControlPlane& plane);
  void released(const Effect& effect);
  /// After the last effect of a batch.
  void all_released();
  void crashed();

  const Image& image() const { return image_; }
  std::uint64_t batch() const { return batch_ != nullptr ? batch_->number : 0; }
  JobLaws& jobs() { return jobs_; }
  ExplanationLaws& explanations() { return explanations_; }
  const TicketLaws& tickets() const { return tickets_; }
  const Words& words() const { return words_; }
  const AskingLaws& asking() const { return asking_; }
  const WebhookLaws& webhooks() const { return webhooks_; }
  const KeyLaws& keys() const { return keys_; }
  const AccountLaws& accounts() const { return accounts_; }
  const VolumeLaws& volumes() const { return volumes_; }
  /// Of everything that was said so far; the same for the same seed.
  std::uint64_t hash() const { return hash_; }
  /// The same, but for what only a rearrangement of the program changes.
  std::uint64_t digest() const { return digest_.value(); }

 private:
  void record(const Step& step, const Record& record);
  void tell(const Step& step);
  void totals_hold(const core::ControlPlane::Totals& totals);
  void counters_hold();
  void payloads_hold(const Step& step);
  void slices_hold(const Step& step);
  void hash_in(const Step& step);
  void read_back(Timestamp now, core::ControlPlane& plane);

  World& world_;
  Image image_;
  const Batch* batch_ = nullptr;
  std::uint64_t hash_ = 0;
  Digest digest_;
  std::uint32_t idle_advances_ = 0;
  Words words_;
  JobLaws jobs_;
  HolderLaws holders_;
  ExplanationLaws explanations_;
  OrderLaws order_;
  AheadLaws ahead_;
  TicketLaws tickets_;
  WorkerLaws workers_;
  AskingLaws asking_;
  ResultLaws results_;
  AnswerLaws answers_;
  StreamLaws streams_;
  WebhookLaws webhooks_;
  KeyLaws keys_;
  PauseLaws pauses_;
  AccountLaws accounts_;
  CredentialLaws credentials_;
  VolumeLaws volumes_;
};

}  // namespace pilotlight::sim
