#pragma once

#include <string_view>

namespace pilotlight::api::schema {

/// The Hub, builds, models and Flash apps: clients select these types, and there is nothing of them here.
inline constexpr std::string_view hub = R"graphql(
enum GitBuildState { PENDING BUILDING UPLOADING COMPLETED FAILED CANCELLED TESTING TEST_FAILED }

type Repo {
  repoName: String
  repoId: String
  branch: String
  dockerFilePath: String
  buildContext: String
  dockerArgs: String
  containerRegistryAuthId: String
}

type GitBuild {
  id: String
  commitHash: String
  commitMessage: String
  branch: String
  commitDate: DateTime
  state: GitBuildState
  startedAt: DateTime
  completedAt: DateTime
  error: String
  repoId: String
  imageName: String
  test: JSON
}

type HubRelease {
  id: String
  name: String
  tagName: String
  body: String
  readme: String
  branch: String
  license: String
  config: String
  deploys: Int
  iconUrl: String
  authorName: String
  createdAt: DateTime
  releasedAt: DateTime
  updatedAt: DateTime
  build: GitBuild
}

input ListingsInput {
  searchQuery: String
  category: String
  owner: String
  limit: Int
  offset: Int
  orderBy: String
  orderDirection: String
}

type Listing {
  id: String
  listed: Boolean
  repoId: String
  title: String
  description: String
  repoName: String
  repoOwner: String
  repoOwnerAvatarUrl: String
  category: String
  type: String
  tags: [String]
  stars: Int
  views: Int
  deploys: Int
  openIssues: Int
  watchers: Int
  language: String
  createdAt: DateTime
  updatedAt: DateTime
  listedRelease: HubRelease
}

type AiApiPublicConfig {
  id: String
  aiApiId: String
  modelName: String
  displayName: String
  description: String
  metadata: String
  isLive: Boolean
  createdAt: DateTime
  updatedAt: DateTime
}

type Model {
  id: String
  owner: String
  provider: String
  name: String
  status: String
  createdAt: DateTime
  updatedAt: DateTime
  users: [ModelUser]
  versions: [ModelVersion]
}
type ModelUser {
  userId: String
  credentialType: String
  credentialReference: String
  status: String
  updatedAt: DateTime
}
type ModelVersion {
  uuid: String
  hash: String
  status: String
  metadata: JSON
  createdAt: DateTime
  updatedAt: DateTime
}

type FlashApp { id: String  name: String  flashEnvironments: [FlashEnvironment]  flashBuilds: [FlashBuild] }
type FlashEnvironment {
  id: String
  name: String
  state: String
  createdAt: DateTime
  activeBuildId: String
  endpoints: [Endpoint]
  networkVolumes: [NetworkVolume]
}
type FlashBuild { id: String  objectKey: String  createdAt: DateTime }
)graphql";

}  // namespace pilotlight::api::schema
