#pragma once

#include <cstdint>

namespace pilotlight::core {

/// Deliberate breakages, each of one law. They exist so that a test can show that the simulator would notice:
/// in the product they are compiled to nothing.
enum class Mutant : std::uint8_t {
  none,
  no_fence,                 ///< a finish is accepted from anybody
  early_requeue,            ///< a ping without the job is taken as proof that it is not held
  ttl_lost_on_restore,      ///< restored jobs have no deadline
  waiter_answered_twice,    ///< a poll that was given a job is answered again when its hold ends
  body_released_early,      ///< the input is dropped when the job is delivered
  retries_not_counted,      ///< a lost job is requeued for ever
  busy_worker_stopped,      ///< scaling stops workers that hold jobs
  workers_max_ignored,      ///< more workers are started than allowed
  stream_goes_on,           ///< another delivery adds to the chunks of the one before
  webhook_tried_once,       ///< a webhook is given up after the first attempt
  webhook_lost_on_restore,  ///< a restart forgets what is owed
  retry_to_same_worker,     ///< a retried job may go to a worker that still runs it
  charged_before_its_turn,  ///< a lost worker charges jobs that it had not begun
  ahead_beside_idle,        ///< several jobs go to one worker while another is idle
  ahead_for_all_versions,   ///< several jobs also go to a worker whose package stands still over them
  idempotency_forgotten,    ///< a job is accepted and its Idempotency-Key not remembered
  init_timeout_ignored,     ///< a worker has the same time to start whatever its environment says
  paused_endpoint_accepts,  ///< a paused endpoint queues jobs that it should refuse
  poll_by_hand_ignored,     ///< a poll of a worker started by hand opens no paused endpoint
  full_of_ghosts,           ///< a worker whose pings list jobs counts as busy with them, whosever they are
  ping_speaks_for_all,      ///< a ping shows the jobs that it lists, whoever holds them
  no_result_forgotten,      ///< a job that its worker has shown and denies stays with it
  cause_spares_the_retry,   ///< a job is not charged if the output tells why it has no result
  output_of_before,         ///< a job's end is explained with lines from before its delivery
  old_worker_goes_on,       ///< a busy worker of an old version is left to take further jobs
  late_wait_goes_on,        ///< a wait that begins after all waits have ended is not answered at once
  stop_told_as_crash,       ///< the end of a worker that was told to stop counts as its own
  old_catalog_shown,        ///< lists of endpoints stay as they were when first asked for
  unchanged_save_recorded,  ///< a save that changes nothing writes a record all the same
  equal_env_replaced,       ///< an environment that equals the stored one takes its place
  bound_template_left,      ///< an endpoint is removed without the template that is bound to it
  template_name_twice,      ///< free-standing templates may have the same name
  used_template_for_pods,   ///< a template that an endpoint uses is made one for pods
  used_template_deleted,    ///< a template is deleted while an endpoint uses it
  revoked_key_accepted,     ///< the doors are not told that a key is revoked
  copy_renews_workers,      ///< an endpoint gets new workers for a copy of the template that it uses
  key_use_saved_again,      ///< each note of a key's use is saved, also within the hour
  used_registry_deleted,    ///< a registry credential is deleted although a template names it
  secret_name_twice,        ///< secrets may have the same name
  deleted_secret_used,      ///< workers are started with secrets that were deleted
  volume_name_twice,        ///< network volumes may have the same name
  volume_shrinks,           ///< a network volume takes any size
  volume_removed_in_use,    ///< a network volume is deleted although an endpoint names it
  volume_anybody,           ///< an endpoint may name what is no network volume
  places_disagree,          ///< a change of one field that names volumes leaves the other one as it was
  removal_forgotten,        ///< a restart forgets the folders that are being removed
};

#ifdef PILOTLIGHT_MUTANTS
inline Mutant active_mutant = Mutant::none;
inline bool mutant(Mutant which) {
  return active_mutant == which;
}
#else
constexpr bool mutant(Mutant) {
  return false;
}
#endif

}  // namespace pilotlight::core
