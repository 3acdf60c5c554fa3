#pragma once

#include <string_view>

namespace pilotlight::api::schema {

/// The catalogue: GPU pools and types, CPU flavours, data centres.
inline constexpr std::string_view catalog = R"graphql(
enum Availability { AVAILABLE UNAVAILABLE }
enum MachineProduct { PODCLOUD CLUSTER SERVERLESS }
enum DataCenterRegion {
  NORTH_AMERICA ASIA EUROPE MIDDLE_EAST AFRICA SOUTH_AMERICA OCEANIA ANTARCTICA UNKNOWN
}

input GpuTypeFilter { id: String  ids: [String!]  cluster: Boolean }

type GpuType {
  id: String
  displayName: String
  manufacturer: String
  memoryInGb: Int
  cudaCores: Int
  secureCloud: Boolean
  communityCloud: Boolean
  securePrice: Float
  communityPrice: Float
  secureSpotPrice: Float
  communitySpotPrice: Float
  oneWeekPrice: Float
  oneMonthPrice: Float
  threeMonthPrice: Float
  sixMonthPrice: Float
  oneYearPrice: Float
  clusterPrice: Float
  maxGpuCount: Int
  maxGpuCountCommunityCloud: Int
  maxGpuCountSecureCloud: Int
  minPodGpuCount: Int
  throughput: Int
  lowestPrice(input: GpuLowestPriceInput): LowestPrice
}

input GpuLowestPriceInput {
  gpuCount: Int!
  countryCode: String
  dataCenterId: String
  includeAiApi: Boolean
  minDisk: Int
  minDownload: Int
  minMemoryInGb: Int
  minUpload: Int
  minVcpuCount: Int
  secureCloud: Boolean
  supportPublicIp: Boolean
  totalDisk: Int
  cudaVersion: String
  allowedCudaVersions: [String]
  minCudaVersion: String
  compliance: [Compliance]
  isCluster: Boolean
  podCount: Int
  throughput: Int
  globalNetwork: Boolean
  machineProducts: [MachineProduct]
}

type LowestPrice {
  gpuName: String
  gpuTypeId: String
  minimumBidPrice: Float
  uninterruptablePrice: Float
  clusterPrice: Float
  minMemory: Int
  minVcpu: Int
  rentalPercentage: Float
  rentedCount: Int
  totalCount: Int
  stockStatus: String
  minDownload: Int
  minDisk: Int
  minUpload: Int
  countryCode: String
  supportPublicIp: Boolean
  compliance: [Compliance]
  maxGpuCount: Int
  maxUnreservedGpuCount: Int
  availableGpuCounts: [Int]
  gpuTypeDatacenters: [GpuTypeDataCenterAvailability]
  gpuTypeCudaVersions: [GpuTypeCudaVersionAvailability]
}

type GpuTypeDataCenterAvailability { dataCenterId: String  supportNetworkVolumes: Boolean  availability: Availability }
type GpuTypeCudaVersionAvailability { cudaVersion: String  availability: Availability }

type ServerlessGpuPool { id: String  gpuTypeIds: [String] }

type CpuType {
  id: String
  displayName: String
  manufacturer: String
  cores: Int
  threadsPerCore: Int
  groupId: String
}

input CpuFlavorInput { id: String  slsOnly: Boolean  isSls: Boolean }
input SpecificsInput { dataCenterId: String  instanceId: String }

type CpuFlavor {
  id: String
  groupId: String
  groupName: String
  displayName: String
  minVcpu: Float
  maxVcpu: Int
  vcpuBurstable: Boolean
  ramMultiplier: Float
  diskLimitPerVcpu: Int
  specifics(input: SpecificsInput): Specifics
}

type Specifics { stockStatus: String  securePrice: Float  slsPrice: Float }

type DataCenter {
  id: String
  name: String
  location: String
  listed: Boolean
  storageSupport: Boolean
  globalNetwork: Boolean
  region: DataCenterRegion
  compliance: [Compliance]
  gpuAvailability(input: GpuAvailabilityInput): [GpuAvailability]
  cpuAvailability: [CpuAvailability]
}

input GpuAvailabilityInput {
  gpuCount: Int
  minDisk: Int
  minMemoryInGb: Int
  minVcpuCount: Int
  secureCloud: Boolean
  allowedCudaVersions: [String]
  minCudaVersion: String
  includeAiApi: Boolean
  machineProducts: [MachineProduct]
}

type GpuAvailability {
  id: String
  available: Boolean
  stockStatus: String
  gpuTypeId: String
  gpuTypeDisplayName: String
  displayName: String
}

type CpuAvailability {
  id: String
  available: Boolean
  stockStatus: String
  cpuFlavorId: String
  displayName: String
}
)graphql";

}  // namespace pilotlight::api::schema
