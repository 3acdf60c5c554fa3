#include "api/graphql/schema_text.hpp"

namespace pilotlight::api {

const std::string_view graphql_schema_text = R"graphql(
scalar DateTime
scalar JSON
scalar Void

enum FlashBootType { OFF FLASHBOOT PRIORITY_FLASHBOOT }
enum Compliance {
  GDPR ISO_IEC_27001 ISO_14001 PCI_DSS HITRUST SOC_1_TYPE_2 SOC_2_TYPE_2 SOC_3_TYPE_2 ITAR FISMA_HIGH HIPAA RENEWABLE
}
enum PodStatus { CREATED RUNNING RESTARTING EXITED PAUSED DEAD TERMINATED }
enum TemplateCategory { CPU GPU NVIDIA AMD }

type Query {
  myself: User
  podTemplate(id: String!): PodTemplate
}

type Mutation {
  saveEndpoint(input: EndpointInput!): Endpoint!
  deleteEndpoint(id: String!): Void
  updateEndpointTemplate(input: UpdateEndpointTemplateInput): Endpoint
  updateEndpointWorkersMin(input: UpdateEndpointWorkersInput): Endpoint
  updateEndpointWorkersMax(input: UpdateEndpointWorkersInput): Endpoint
  saveTemplate(input: SaveTemplateInput): PodTemplate
  deleteTemplate(templateName: String): Void
}

type User {
  id: String
  endpoints: [Endpoint]!
  endpoint(id: String!): Endpoint
  podTemplates: [PodTemplate]
  serverlessDiscount: ServerlessDiscount
}

type ServerlessDiscount { discountFactor: Float  type: String  expirationDate: DateTime  userId: String }

type EnvironmentVariable { key: String  value: String }

type Endpoint {
  id: String
  name: String
  userId: String
  templateId: String
  template: PodTemplate
  type: String
  computeType: String
  gpuIds: String
  gpuCount: Int
  instanceIds: [String]
  idleTimeout: Int
  scalerType: String
  scalerValue: Int
  workersMin: Int
  workersMax: Int
  workersStandby: Int
  workersPFBTarget: Int
  executionTimeoutMs: Int
  locations: String
  dataCenterIds: [String]
  networkVolumeId: String
  networkVolumeIds: [EndpointNetworkVolume]
  allowedCudaVersions: String
  minCudaVersion: String
  flashBootType: FlashBootType
  env: [EnvironmentVariable]
  modelReferences: [String]
  compliance: [Compliance]
  retriesMax: Int
  retryFailed: Boolean
  retryDelayMs: Int
  retryDelayMaxMs: Int
  deadLetterKeepMs: Int
  queueMax: Int
  version: Int
  createdAt: DateTime
  pods: [Pod]
}

type EndpointNetworkVolume { networkVolumeId: String  dataCenterId: String }

type Pod {
  id: String
  name: String
  desiredStatus: PodStatus
  aiApiId: String
  slsVersion: Int
  templateId: String
  imageName: String
  dockerArgs: String
  createdAt: DateTime
}

type PodTemplate {
  id: String
  name: String
  userId: String
  imageName: String
  dockerArgs: String
  env: [EnvironmentVariable]
  ports: String
  containerDiskInGb: Int
  volumeInGb: Int
  volumeMountPath: String
  containerRegistryAuthId: String
  readme: String
  startScript: String
  startSsh: Boolean
  startJupyter: Boolean
  isPublic: Boolean
  isRunpod: Boolean
  isServerless: Boolean
  advancedStart: Boolean
  category: TemplateCategory
  config: JSON
  boundEndpointId: String
}

input EnvironmentVariableInput { key: String!  value: String! }
input NetworkVolumeIdsInput { networkVolumeId: String! }

input EndpointInput {
  id: String
  name: String!
  templateId: String
  type: String
  gpuIds: String
  gpuCount: Int
  instanceIds: [String]
  idleTimeout: Int
  scalerType: String
  scalerValue: Int
  workersMin: Int
  workersMax: Int
  workersStandby: Int
  workersPFBTarget: Int
  executionTimeoutMs: Int
  locations: String
  dataCenterIds: [String]
  networkVolumeId: String
  networkVolumeIds: [NetworkVolumeIdsInput]
  allowedCudaVersions: String
  minCudaVersion: String
  flashBootType: FlashBootType
  env: [EnvironmentVariableInput]
  modelReferences: [String]
  compliance: [Compliance]
  retriesMax: Int
  retryFailed: Boolean
  retryDelayMs: Int
  retryDelayMaxMs: Int
  deadLetterKeepMs: Int
  queueMax: Int
}

input UpdateEndpointTemplateInput { endpointId: String!  templateId: String! }
input UpdateEndpointWorkersInput { endpointId: String!  workerCount: Int! }

input SaveTemplateInput {
  id: String
  name: String!
  imageName: String
  dockerArgs: String!
  env: [EnvironmentVariableInput]!
  containerDiskInGb: Int!
  volumeInGb: Int!
  ports: String
  volumeMountPath: String
  containerRegistryAuthId: String
  readme: String
  startScript: String
  startSsh: Boolean
  startJupyter: Boolean
  advancedStart: Boolean
  isPublic: Boolean
  isServerless: Boolean
  config: JSON
  category: TemplateCategory
}
)graphql";

}  // namespace pilotlight::api
