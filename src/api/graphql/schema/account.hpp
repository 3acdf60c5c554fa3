#pragma once

#include <string_view>

namespace pilotlight::api::schema {

/// The objects of a User beside endpoints and templates, and the inputs of their mutations.
inline constexpr std::string_view account = R"graphql(
enum StorageType { CEPH_FS DDN MOOSE_FS ONE_FS PURE VAST }

type NetworkVolume {
  id: String
  name: String
  size: Int
  dataCenterId: String
  storageClusterId: String
  storageType: StorageType
  dataCenter: DataCenter
}

input CreateNetworkVolumeInput {
  name: String
  size: Int
  dataCenterId: String!
  userId: String
  isNextGenStorage: Boolean
}
input UpdateNetworkVolumeInput { id: String!  name: String  size: Int }
input DeleteNetworkVolumeInput { id: String! }

type ContainerRegistryAuth { id: String  name: String  registryAuth: String }

input SaveRegistryAuthInput { name: String!  username: String!  password: String! }
input UpdateRegistryAuthInput { id: String!  username: String!  password: String! }

type Secret { id: ID!  name: String!  description: String  createdAt: DateTime!  updatedAt: DateTime }

input SecretCreateInput { name: String!  value: String!  description: String }
input SecretValueUpdateInput { id: ID!  value: String! }
input SecretDescriptionUpdateInput { id: ID!  description: String! }

type SpendDetails { localStoragePerHour: Float  networkStoragePerHour: Float  gpuComputePerHour: Float }

type ApiKey { id: String  permissions: String  createdAt: DateTime }

type DailyCharge {
  amount: Float
  updatedAt: DateTime
  diskCharges: Float
  podCharges: Float
  apiCharges: Float
  serverlessCharges: Float
  type: String
}

type UserInformation {
  firstName: String
  lastName: String
  addressLine1: String
  addressLine2: String
  countryCode: String
  companyName: String
  companyIdentification: String
  taxIdentification: String
}

type Referral { code: String  currentMonth: ReferralMonth }
type ReferralMonth { totalReferrals: Int  totalSpend: Float }

type CreditCode { id: String  issuerId: String  createdAt: DateTime  redeemedAt: DateTime  amount: Float }

type SavingsPlan {
  startTime: DateTime
  endTime: DateTime
  podId: String
  gpuTypeId: String
  pod: Pod
  savingsPlanType: String
  costPerHr: Float
  upfrontCost: Float
  planLength: String
}
)graphql";

}  // namespace pilotlight::api::schema
