#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/record.hpp"

namespace pilotlight::sim {

/// The live state as records tell it: the last record of each thing. Written independently of the core and of
/// every store, so that both can be compared with it.
struct Image {
  struct EndpointEntry {
    Endpoint value;
    bool deleting = false;
    std::uint64_t queued = 0;   ///< jobs
    std::uint64_t running = 0;  ///< jobs
  };

  struct VolumeEntry {
    NetworkVolume value;
    bool removing = false;
  };

  std::map<TemplateId, Template> templates;
  std::map<EndpointId, EndpointEntry> endpoints;
  std::map<VolumeId, VolumeEntry> volumes;
  std::map<ApiKeyId, ApiKey> keys;
  std::map<RegistryId, RegistryCredential> registries;
  std::map<SecretId, Secret> secrets;
  std::optional<AccountSettings> settings;               ///< the account's
  std::map<EndpointId, record::CountersSaved> counters;  ///< as recorded
  std::map<EndpointId, record::CountersSaved> recount;   ///< as the records of jobs add up
  std::map<WorkerId, Worker> workers;
  std::unordered_map<JobId, Job> jobs;
  std::map<JobId, Webhook> webhooks;  ///< open ones

  void fold(const Record& record);

  const Job* job(const JobId& id) const;
  const Worker* worker(const WorkerId& id) const;
  const EndpointEntry* endpoint(const EndpointId& id) const;
  std::uint64_t queued() const;
  std::uint64_t running() const;
  std::uint64_t holds(const WorkerId& worker) const;  ///< jobs in progress with it

 private:
  void count(const Job& job, int step);
  record::CountersSaved& sums(const EndpointId& endpoint);
};

}  // namespace pilotlight::sim
