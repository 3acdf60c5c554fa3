#include "api/graphql/schema_text.hpp"

#include <algorithm>
#include <array>

#include "api/graphql/schema/account.hpp"
#include "api/graphql/schema/catalog.hpp"
#include "api/graphql/schema/hub.hpp"
#include "api/graphql/schema/workers.hpp"

namespace pilotlight::api {
namespace schema {
namespace {

/// The operations, endpoints and templates.
constexpr std::string_view definitions = R"graphql(
scalar DateTime
scalar JSON
scalar Void

enum FlashBootType { OFF FLASHBOOT PRIORITY_FLASHBOOT }
enum Compliance {
  GDPR ISO_IEC_27001 ISO_14001 PCI_DSS HITRUST SOC_1_TYPE_2 SOC_2_TYPE_2 SOC_3_TYPE_2 ITAR FISMA_HIGH HIPAA RENEWABLE
}
enum TemplateCategory { CPU GPU NVIDIA AMD }

type Query {
  myself: User
  podTemplate(id: String!): PodTemplate
  podTemplates(input: PodTemplateInput): [PodTemplate]
  pod(input: PodFilter): Pod
  gpuTypes(input: GpuTypeFilter): [GpuType]
  serverlessGpuPools: [ServerlessGpuPool]
  cpuTypes: [CpuType]
  cpuFlavors(input: CpuFlavorInput): [CpuFlavor]
  dataCenters: [DataCenter]
  listings(input: ListingsInput!): [Listing]
  listing(id: String!): Listing
  listingFromRepo(repoOwner: String!, repoName: String!): Listing
  allAiApiPublicConfigs: [AiApiPublicConfig]
  myModels: [Model]
  flashAppByName(flashAppName: String!): FlashApp
}

input PodTemplateInput { isRunpod: Boolean }

type Mutation {
  saveEndpoint(input: EndpointInput!): Endpoint!
  deleteEndpoint(id: String!): Void
  updateEndpointTemplate(input: UpdateEndpointTemplateInput): Endpoint
  updateEndpointWorkersMin(input: UpdateEndpointWorkersInput): Endpoint
  updateEndpointWorkersMax(input: UpdateEndpointWorkersInput): Endpoint
  saveTemplate(input: SaveTemplateInput): PodTemplate
  deleteTemplate(templateName: String): Void
  createNetworkVolume(input: CreateNetworkVolumeInput!): NetworkVolume
  updateNetworkVolume(input: UpdateNetworkVolumeInput!): NetworkVolume
  deleteNetworkVolume(input: DeleteNetworkVolumeInput!): Void
  saveRegistryAuth(input: SaveRegistryAuthInput): ContainerRegistryAuth
  updateRegistryAuth(input: UpdateRegistryAuthInput): ContainerRegistryAuth
  deleteRegistryAuth(registryAuthId: String): Void
  secretCreate(input: SecretCreateInput!): Secret
  secretValueUpdate(input: SecretValueUpdateInput!): Secret
  secretDescriptionUpdate(input: SecretDescriptionUpdateInput!): Secret
  secretDelete(id: ID!): Void
  updateUserSettings(input: UpdateUserSettingsInput): User
}

type User {
  id: String
  pubKey: String
  endpoints: [Endpoint]!
  endpoint(id: String!): Endpoint
  podTemplates: [PodTemplate]
  serverlessDiscount: ServerlessDiscount
  email: String
  pods: [Pod]
  networkVolumes: [NetworkVolume]
  containerRegistryCreds: [ContainerRegistryAuth]
  secrets: [Secret!]!
  flashApps: [FlashApp]
  maxServerlessConcurrency: Int
  clientBalance: Float
  clientLifetimeSpend: Float
  currentSpendPerHr: Float
  spendLimit: Float
  spendDetails: SpendDetails
  notifyPodsStale: Boolean
  notifyPodsGeneral: Boolean
  notifyLowBalance: Boolean
  authId: String
  apiKeys: [ApiKey]
  dailyCharges: [DailyCharge]
  minBalance: Float
  underBalance: Boolean
  hostBalance: Float
  creditAlertThreshold: Float
  notifyOther: Boolean
  machineQuota: Int
  referralEarned: Float
  referralId: String
  templateEarned: Float
  signedTermsOfService: Boolean
  multiFactorEnabled: Boolean
  information: UserInformation
  referral: Referral
  creditCodes: [CreditCode]
  savingsPlans: [SavingsPlan]
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
  requestTTL: Int
  flashEnvironmentId: String
  version: Int
  createdAt: DateTime
  pods: [Pod]
  workerState(input: WorkerStateInput): [WorkerState]
  webhookRequests(input: WebhookRequestsInput): [WebhookRequestStatus]
  networkVolume: NetworkVolume
  aiKey: String
  activeBuildid: String
  idePodId: String
  repo: Repo
  hubRelease: HubRelease
  builds: [GitBuild]
}

type EndpointNetworkVolume { networkVolumeId: String  dataCenterId: String }

type PodTemplate {
  id: String
  name: String
  userId: String
  imageName: String
  dockerArgs: String
  env: [EnvironmentVariable]
  ports: String
  portsConfig: [PortConfig]
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
  allowedCudaVersions: [String]
  boundEndpointId: String
  earned: Float
  runtimeInMin: Int
  presentationOrder: Int
}

type PortConfig { port: String  name: String }

input EnvironmentVariableInput { key: String!  value: String! }
input NetworkVolumeIdsInput { networkVolumeId: String! }
input PortConfigInput { port: String!  name: String! }

input EndpointInput {
  id: String
  name: String!
  templateId: String
  template: EndpointTemplateInput
  bindEndpoint: Boolean
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
  requestTTL: Int
  flashEnvironmentId: String
  modelName: String
  hubReleaseId: String
  repo: EndpointRepoInput
  cloudStorageConfig: CloudStorageConfigInput
}

input EndpointTemplateInput {
  name: String!
  imageName: String
  dockerArgs: String!
  env: [EnvironmentVariableInput]!
  containerDiskInGb: Int!
  ports: String
  containerRegistryAuthId: String
  readme: String
  startScript: String
  startSsh: Boolean
  startJupyter: Boolean
  advancedStart: Boolean
  config: JSON
}

input EndpointRepoInput {
  repoName: String!
  branch: String
  dockerFilePath: String
  buildContext: String
  dockerArgs: String
  containerRegistryAuthId: String
}

input CloudStorageConfigInput {
  provider: String!
  region: String!
  bucketName: String!
  accessKey: String!
  secretKey: String!
}

input UpdateEndpointTemplateInput { endpointId: String!  templateId: String! }
input UpdateEndpointWorkersInput { endpointId: String!  workerCount: Int! }

input UpdateUserSettingsInput { pubKey: String }

input SaveTemplateInput {
  id: String
  name: String!
  imageName: String
  dockerArgs: String!
  env: [EnvironmentVariableInput]!
  containerDiskInGb: Int!
  volumeInGb: Int!
  ports: String
  portsConfig: [PortConfigInput]
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
  allowedCudaVersions: [String]
  minVram: Int
  minRam: Int
  recommendedGPUIds: [String]
  incompatibleGPUIds: [String]
  networkVolumeIds: [String]
}
)graphql";

template <const std::string_view&... parts>
constexpr auto joined = [] {
  std::array<char, (parts.size() + ...)> text{};
  char* end = text.data();
  ((end = std::copy(parts.begin(), parts.end(), end)), ...);
  return text;
}();

constexpr auto& whole = joined<definitions, workers, catalog, account, hub>;

}  // namespace
}  // namespace schema

const std::string_view graphql_schema_text(schema::whole.data(), schema::whole.size());

}  // namespace pilotlight::api
