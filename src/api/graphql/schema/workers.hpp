#pragma once

#include <string_view>

namespace pilotlight::api::schema {

/// Workers, which the API calls pods, and what an endpoint's workers and jobs do.
inline constexpr std::string_view workers = R"graphql(
scalar Port

enum PodStatus { CREATED RUNNING RESTARTING EXITED PAUSED DEAD TERMINATED }
enum PodType { INTERRUPTABLE RESERVED BID BACKGROUND }
enum EndpointStatisticGranularity { LIVE HOURLY DAILY WEEKLY MONTHLY }

input PodFilter { podId: String! }

type Pod {
  id: String
  name: String
  desiredStatus: PodStatus
  aiApiId: String
  slsVersion: Int
  version: Int
  templateId: String
  imageName: String
  dockerArgs: String
  dockerId: String
  env: [String]
  ports: String
  port: Port
  podType: PodType
  createdAt: DateTime
  lastStartedAt: DateTime
  lastStatusChange: String
  uptimeSeconds: Int
  locked: Boolean
  gpuCount: Int
  vcpuCount: Float
  memoryInGb: Float
  containerDiskInGb: Int
  volumeInGb: Float
  volumeMountPath: String
  volumeEncrypted: Boolean
  volumeKey: String
  networkVolumeId: String
  containerRegistryAuthId: String
  clusterId: String
  costPerHr: Float
  adjustedCostPerHr: Float
  costMultiplier: Float
  lowestBidPriceToResume: Float
  machineId: String
  machine: PodMachineInfo
  runtime: PodRuntime
  latestTelemetry: PodTelemetry
}

type PodMachineInfo {
  podHostId: String
  gpuDisplayName: String
  gpuTypeId: String
  dataCenterId: String
  location: String
}

type PodRuntime {
  uptimeInSeconds: Int
  ports: [PodRuntimePort]
  gpus: [PodRuntimeGpu]
  container: PodRuntimeContainer
}
type PodRuntimePort { ip: String  isIpPublic: Boolean  privatePort: Int  publicPort: Int  type: String }
type PodRuntimeGpu { id: String  gpuUtilPercent: Float  memoryUtilPercent: Float }
type PodRuntimeContainer { cpuPercent: Float  memoryPercent: Float }

type PodTelemetry { cpuUtilization: Float  memoryUtilization: Float  averageGpuMetrics: GpuTelemetry }
type GpuTelemetry {
  percentUtilization: Float
  temperatureCelcius: Float
  memoryUtilization: Float
  powerWatts: Float
}

input WorkerStateInput { granularity: EndpointStatisticGranularity }
type WorkerState {
  time: DateTime
  initializing: Int
  idle: Int
  running: Int
  throttled: Int
  unhealthy: Int
}

input WebhookRequestsInput { granularity: EndpointStatisticGranularity }
type WebhookRequestStatus { time: DateTime  responses: [Int] }
)graphql";

}  // namespace pilotlight::api::schema
