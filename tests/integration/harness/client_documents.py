"""GraphQL documents as clients send them, with our own layout: their operations, arguments and selections."""

ENDPOINT = "id name templateId gpuIds workersMin workersMax idleTimeout locations scalerType scalerValue networkVolumeId"
PULUMI_ENDPOINT = ENDPOINT + """ networkVolumeIds { networkVolumeId dataCenterId } gpuCount instanceIds workersPFBTarget
  allowedCudaVersions minCudaVersion executionTimeoutMs flashBootType type modelReferences flashEnvironmentId env { key value }"""
PULUMI_TEMPLATE = """id name imageName dockerArgs env { key value } ports portsConfig { port name } volumeMountPath volumeInGb containerDiskInGb startJupyter
  startSsh startScript isServerless isPublic containerRegistryAuthId readme advancedStart category"""
PULUMI_VOLUME = "id name size dataCenterId storageClusterId storageType"
PULUMI_SECRET = "id name description createdAt updatedAt"
PULUMI_POD = """id name machineId imageName dockerArgs gpuCount vcpuCount memoryInGb containerDiskInGb volumeInGb volumeMountPath
  desiredStatus costPerHr env ports templateId networkVolumeId containerRegistryAuthId podType"""
POD = """id containerDiskInGb costPerHr desiredStatus dockerArgs dockerId env gpuCount imageName lastStatusChange machineId memoryInGb
  name podType port ports uptimeSeconds vcpuCount volumeInGb volumeMountPath
  runtime { ports { ip isIpPublic privatePort publicPort type } } machine { gpuDisplayName }"""
RELEASE = """id name tagName body readme branch license config deploys iconUrl authorName createdAt releasedAt updatedAt
  build { id imageName }"""
LISTING = """id title repoName repoOwner repoOwnerAvatarUrl description category type tags stars views deploys openIssues watchers
  language createdAt updatedAt listedRelease { %s }""" % RELEASE
FLASH_APP = """id name flashEnvironments { id name state createdAt activeBuildId } flashBuilds { id objectKey createdAt }"""

# Documents that succeed: (document, variables). Names in capitals stand for ids of the test.
ANSWERED = {
    # pulumi-runpod, which names its operations
    "pulumi GetCpuFlavors": (
        """query GetCpuFlavors($input: CpuFlavorInput) { cpuFlavors(input: $input) {
             id groupId groupName displayName minVcpu maxVcpu vcpuBurstable ramMultiplier diskLimitPerVcpu } }""",
        {"input": None},
    ),
    "pulumi GetDataCenters": (
        """query GetDataCenters { dataCenters { id name location listed storageSupport globalNetwork region compliance
             gpuAvailability { gpuTypeId gpuTypeDisplayName available stockStatus } } }""",
        None,
    ),
    "pulumi GetGpuTypes": (
        """query GetGpuTypes($input: GpuTypeFilter) { gpuTypes(input: $input) {
             id displayName memoryInGb secureCloud communityCloud securePrice communityPrice maxGpuCount
             lowestPrice(input: { gpuCount: 1 }) { minimumBidPrice uninterruptablePrice rentedCount totalCount stockStatus } } }""",
        {"input": {"ids": ["NVIDIA L4"]}},
    ),
    "pulumi SaveEndpoint": (
        f"mutation SaveEndpoint($input: EndpointInput!) {{ saveEndpoint(input: $input) {{ {PULUMI_ENDPOINT} }} }}",
        {"input": {"name": "by pulumi", "templateId": "TEMPLATE", "gpuIds": "AMPERE_16", "workersMax": 0}},
    ),
    "pulumi GetMyEndpoints": (f"query GetMyEndpoints {{ myself {{ endpoints {{ {PULUMI_ENDPOINT} }} }} }}", {}),
    "pulumi DeleteEndpoint": ("mutation DeleteEndpoint($id: String!) { deleteEndpoint(id: $id) }", {"id": "SPARE ENDPOINT"}),
    "pulumi SaveTemplate": (
        f"mutation SaveTemplate($input: SaveTemplateInput) {{ saveTemplate(input: $input) {{ {PULUMI_TEMPLATE} }} }}",
        {"input": {"name": "by pulumi", "dockerArgs": "", "env": [], "containerDiskInGb": 5, "volumeInGb": 0}},
    ),
    "pulumi GetMyTemplates": (f"query GetMyTemplates {{ myself {{ podTemplates {{ {PULUMI_TEMPLATE} }} }} }}", {}),
    "pulumi DeleteTemplate": (
        "mutation DeleteTemplate($templateName: String) { deleteTemplate(templateName: $templateName) }",
        {"templateName": "SPARE TEMPLATE"},
    ),
    "pulumi CreateNetworkVolume": (
        f"mutation CreateNetworkVolume($input: CreateNetworkVolumeInput!) {{ createNetworkVolume(input: $input) {{ {PULUMI_VOLUME} }} }}",
        {"input": {"name": "data", "size": 10, "dataCenterId": "EU-RO-1"}},
    ),
    "pulumi GetMyNetworkVolumes": (f"query GetMyNetworkVolumes {{ myself {{ networkVolumes {{ {PULUMI_VOLUME} }} }} }}", {}),
    "pulumi GetMyRegistryAuths": ("query GetMyRegistryAuths { myself { containerRegistryCreds { id name } } }", {}),
    "pulumi GetMySecrets": (f"query GetMySecrets {{ myself {{ secrets {{ {PULUMI_SECRET} }} }} }}", {}),
    "pulumi GetPod": (f"query GetPod($input: PodFilter!) {{ pod(input: $input) {{ {PULUMI_POD} }} }}", {"input": {"podId": "xedezhzb9la3ye"}}),
    # runpod 1.8 and 1.12 for Python, which send no variables
    "runpod get_gpus": ("query GpuTypes { gpuTypes { id displayName memoryInGb } }", None),
    "runpod get_gpu": (
        """query GpuTypes { gpuTypes(input: { id: "NVIDIA L4" }) {
             maxGpuCount id displayName manufacturer memoryInGb cudaCores secureCloud communityCloud securePrice communityPrice
             oneMonthPrice threeMonthPrice oneWeekPrice communitySpotPrice secureSpotPrice
             lowestPrice(input: { gpuCount: 1 }) { minimumBidPrice uninterruptablePrice } } }""",
        None,
    ),
    "runpod get_endpoints": (
        """query Query { myself { endpoints {
             aiKey gpuIds id idleTimeout name networkVolumeId locations scalerType scalerValue templateId type userId version
             workersMax workersMin workersStandby gpuCount env { key value } createdAt networkVolume { id dataCenterId } } } }""",
        None,
    ),
    "runpod get_user": ("query myself { myself { id pubKey networkVolumes { id name size dataCenterId } } }", None),
    "runpod update_user_settings": (
        'mutation { updateUserSettings(input: { pubKey: "ssh-rsa AAAA" }) { id pubKey } }',
        None,
    ),
    "runpod get_pods": (f"query myPods {{ myself {{ pods {{ {POD} }} }} }}", None),
    "runpod get_pod": (f'query pod {{ pod(input: {{ podId: "xedezhzb9la3ye" }}) {{ {POD} }} }}', None),
    # runpodctl, old and new
    "runpodctl get cloud": (
        """query LowestPrice($input: GpuLowestPriceInput!) { gpuTypes { lowestPrice(input: $input) {
             gpuName gpuTypeId minimumBidPrice uninterruptablePrice minMemory minVcpu } } }""",
        {"input": {"gpuCount": 1, "secureCloud": None}},
    ),
    "runpodctl gpu list": (
        "query { gpuTypes { id displayName memoryInGb secureCloud communityCloud securePrice communityPrice } }",
        None,
    ),
    "runpodctl pools": ("query { serverlessGpuPools { id gpuTypeIds } }", None),
    "runpodctl datacenter list": (
        "query { dataCenters { id name location gpuAvailability { gpuTypeId displayName stockStatus } } }",
        None,
    ),
    "runpodctl user": (
        "query { myself { id email clientBalance currentSpendPerHr spendLimit notifyPodsStale notifyPodsGeneral notifyLowBalance } }",
        None,
    ),
    "runpodctl get pod": (
        """query myPods { myself { pods { id costPerHr desiredStatus env ports machine { gpuDisplayName location }
             runtime { ports { ip isIpPublic privatePort publicPort PortType: type } } } } }""",
        None,
    ),
    "runpodctl volumes": ("query getNetworkVolumes { myself { networkVolumes { dataCenterId id name size } } }", None),
    "runpodctl template list": (
        """query PodTemplates($input: PodTemplateInput) { podTemplates(input: $input) {
             id name imageName isServerless isPublic isRunpod category containerDiskInGb volumeInGb volumeMountPath } }""",
        {"input": {"isRunpod": True}},
    ),
    "runpodctl template get": (
        """query GetTemplate($id: String!) { podTemplate(id: $id) {
             id name imageName isServerless isPublic isRunpod category ports env { key value } containerDiskInGb
             containerRegistryAuthId volumeInGb volumeMountPath readme } }""",
        {"id": "TEMPLATE"},
    ),
    "runpodctl model list": (
        """query myModels { myModels { id owner provider name status createdAt updatedAt
             users { userId credentialType credentialReference status updatedAt }
             versions { uuid hash status metadata createdAt updatedAt } } }""",
        None,
    ),
    "runpodctl hub list": (
        """query Listings($input: ListingsInput!) { listings(input: $input) {
             id title repoName repoOwner description category type tags stars views deploys language createdAt updatedAt } }""",
        {"input": {"searchQuery": "vllm", "limit": 10}},
    ),
    "runpodctl hub get": (f"query GetListing($id: String!) {{ listing(id: $id) {{ {LISTING} }} }}", {"id": "x"}),
    "runpodctl hub get by repo": (
        "query GetListingFromRepo($repoOwner: String!, $repoName: String!) {"
        f" listingFromRepo(repoOwner: $repoOwner, repoName: $repoName) {{ {LISTING} }} }}",
        {"repoOwner": "runpod-workers", "repoName": "worker-vllm"},
    ),
    "runpodctl update template": (
        "mutation Mutation($input: UpdateEndpointTemplateInput) { updateEndpointTemplate(input: $input) { id templateId } }",
        {"input": {"endpointId": "ENDPOINT", "templateId": "TEMPLATE"}},
    ),
    # flash
    "flash stock of a GPU": (
        """query ServerlessGpuTypes($lowestPriceInput: GpuLowestPriceInput, $gpuTypesInput: GpuTypeFilter) {
             gpuTypes(input: $gpuTypesInput) { lowestPrice(input: $lowestPriceInput) { stockStatus } } }""",
        {
            "gpuTypesInput": {"ids": ["NVIDIA L4"]},
            "lowestPriceInput": {
                "dataCenterId": None, "gpuCount": 1, "secureCloud": True, "includeAiApi": True, "allowedCudaVersions": [], "compliance": [],
            },
        },
    ),
    "flash stock of a CPU": (
        """query SecureCpuTypes($cpuFlavorInput: CpuFlavorInput, $specificsInput: SpecificsInput) {
             cpuFlavors(input: $cpuFlavorInput) { specifics(input: $specificsInput) { stockStatus } } }""",
        {"cpuFlavorInput": {"id": "cpu3g"}, "specificsInput": {"dataCenterId": "EU-RO-1", "instanceId": "cpu3g-2-8"}},
    ),
    "flash template": (
        """query getTemplate($id: String!) { podTemplate(id: $id) {
             id containerDiskInGb dockerArgs env { key value } imageName name readme } }""",
        {"id": "TEMPLATE"},
    ),
    "flash endpoint": ("query getEndpoint($id: String!) { myself { endpoint(id: $id) { id } } }", {"id": "ENDPOINT"}),
    "flash saveEndpoint": (
        """mutation saveEndpoint($input: EndpointInput!) { saveEndpoint(input: $input) {
             aiKey gpuIds id idleTimeout locations name networkVolumeId scalerType scalerValue templateId type userId version
             workersMax workersMin workersStandby workersPFBTarget gpuCount allowedCudaVersions executionTimeoutMs
             template { id containerDiskInGb containerRegistryAuthId dockerArgs env { key value } imageName name ports } } }""",
        {
            "input": {
                "allowedCudaVersions": "", "executionTimeoutMs": 0, "flashBootType": "FLASHBOOT", "flashEnvironmentId": "flashenv01",
                "gpuCount": 1, "gpuIds": "ADA_24,-NVIDIA L4", "idleTimeout": 60, "minCudaVersion": "12.8", "name": "live-by-flash",
                "scalerType": "QUEUE_DELAY", "scalerValue": 4, "type": "QB", "workersMax": 0, "workersMin": 0, "workersPFBTarget": 0,
                "template": {
                    "advancedStart": False, "config": {}, "containerDiskInGb": 64, "containerRegistryAuthId": "", "dockerArgs": "",
                    "env": [], "imageName": "runpod/flash:latest", "name": "live-by-flash__resource__1", "ports": "", "startScript": "",
                },
            }
        },
    ),
    "flash apps": (f"query getFlashApps {{ myself {{ flashApps {{ {FLASH_APP} }} }} }}", {}),
    # the MCP server, which asks for the catalogue without a key
    "mcp credential check": ("query { myself { id } }", None),
    "mcp list-gpu-types": (
        """query { gpuTypes { id displayName memoryInGb secureCloud communityCloud
             lowestPrice(input: { gpuCount: 1 }) { stockStatus } } }""",
        None,
    ),
    "mcp get-capacity": (
        """query { gpuTypes { id displayName memoryInGb secureCloud communityCloud
             lowestPrice(input: { gpuCount: 1, secureCloud: true }) {
               stockStatus uninterruptablePrice gpuTypeCudaVersions { cudaVersion availability } } } }""",
        None,
    ),
    "mcp get-capacity by version": (
        """query { gpuTypes { id displayName memoryInGb secureCloud communityCloud
             lowestPrice(input: { gpuCount: 1, allowedCudaVersions: ["12.8"] }) { stockStatus uninterruptablePrice } } }""",
        None,
    ),
    "mcp list-data-centers": ("query { dataCenters { id name location } }", None),
    "mcp list-hub-repos": (
        """query { listings(input: {}) {
             id repoId title description repoName repoOwner createdAt updatedAt views stars deploys language category tags type
             listedRelease { id name tagName createdAt config build { id imageName } } } }""",
        None,
    ),
    "mcp list-public-endpoints": (
        "query { allAiApiPublicConfigs { id aiApiId modelName displayName description metadata isLive createdAt updatedAt } }",
        None,
    ),
    "mcp endpoint's GPUs": (
        """query { myself { endpoints {
             id name gpuIds gpuCount workersMin workersMax idleTimeout scalerType scalerValue executionTimeoutMs flashBootType type
             locations templateId allowedCudaVersions minCudaVersion compliance modelReferences
             networkVolumeIds { networkVolumeId dataCenterId } } } }""",
        None,
    ),
    # scripts
    "SkyPilot CPU": (
        """query SecureCpuTypes { cpuFlavors(input: { id: "cpu3c" }) {
             id groupId displayName minVcpu maxVcpu vcpuBurstable ramMultiplier diskLimitPerVcpu
             specifics(input: { dataCenterId: "", instanceId: "cpu3c-2-4" }) { stockStatus securePrice slsPrice } } }""",
        None,
    ),
    "public page cpuTypes": ("query cpuTypes { cpuTypes { id displayName manufacturer cores threadsPerCore groupId } }", None),
    "rpapi myself": (
        """query myself { myself {
             id authId email notifyPodsStale notifyPodsGeneral notifyLowBalance creditAlertThreshold notifyOther currentSpendPerHr
             machineQuota referralEarned signedTermsOfService spendLimit templateEarned multiFactorEnabled clientBalance
             clientLifetimeSpend referralId hostBalance underBalance minBalance
             dailyCharges { amount updatedAt diskCharges podCharges apiCharges serverlessCharges type }
             serverlessDiscount { userId type discountFactor expirationDate }
             spendDetails { localStoragePerHour networkStoragePerHour gpuComputePerHour }
             creditCodes { id issuerId createdAt redeemedAt amount }
             referral { code currentMonth { totalReferrals totalSpend } }
             apiKeys { id permissions createdAt } containerRegistryCreds { id name registryAuth }
             information {
               firstName lastName addressLine1 addressLine2 countryCode companyName companyIdentification taxIdentification }
             podTemplates {
               id name imageName isPublic isRunpod isServerless ports runtimeInMin startJupyter startScript startSsh volumeInGb
               volumeMountPath advancedStart containerDiskInGb containerRegistryAuthId dockerArgs earned env { key value } }
             pods {
               name id desiredStatus costPerHr containerDiskInGb volumeInGb memoryInGb vcpuCount runtime { uptimeInSeconds }
               machine { podHostId } }
             maxServerlessConcurrency
             endpoints {
               gpuIds id idleTimeout name networkVolumeId locations scalerType scalerValue template { name imageName } templateId
               type userId version workersMax workersMin workersStandby }
             networkVolumes { id name size dataCenterId }
             savingsPlans {
               startTime endTime podId gpuTypeId pod { name id desiredStatus } savingsPlanType costPerHr upfrontCost planLength } } }""",
        None,
    ),
    "rpapi pods": (
        """query Pods { myself { pods {
             id machineId name costMultiplier lowestBidPriceToResume podType version volumeEncrypted machine { podHostId }
             latestTelemetry { cpuUtilization memoryUtilization averageGpuMetrics {
               percentUtilization temperatureCelcius memoryUtilization powerWatts } } } } }""",
        None,
    ),
    "console charts": (
        """query Charts($g: EndpointStatisticGranularity) { myself { endpoints { id
             workerState(input: { granularity: $g }) { time initializing idle running throttled unhealthy }
             webhookRequests(input: { granularity: $g }) { time responses } } } }""",
        {"g": "LIVE"},
    ),
    "pulumi SaveRegistryAuth": (
        "mutation SaveRegistryAuth($input: SaveRegistryAuthInput) { saveRegistryAuth(input: $input) { id name } }",
        {"input": {"name": "by pulumi", "username": "me", "password": "PLANTED"}},
    ),
    "pulumi UpdateRegistryAuth": (
        "mutation UpdateRegistryAuth($input: UpdateRegistryAuthInput) { updateRegistryAuth(input: $input) { id name } }",
        {"input": {"id": "REGISTRY", "username": "me", "password": "PLANTED"}},
    ),
    "pulumi DeleteRegistryAuth": (
        "mutation DeleteRegistryAuth($registryAuthId: String) { deleteRegistryAuth(registryAuthId: $registryAuthId) }",
        {"registryAuthId": "REGISTRY"},
    ),
    "pulumi SecretCreate": (
        f"mutation SecretCreate($input: SecretCreateInput!) {{ secretCreate(input: $input) {{ {PULUMI_SECRET} }} }}",
        {"input": {"name": "by_pulumi", "value": "PLANTED", "description": "d"}},
    ),
    "pulumi SecretValueUpdate": (
        f"mutation SecretValueUpdate($input: SecretValueUpdateInput!) {{ secretValueUpdate(input: $input) {{ {PULUMI_SECRET} }} }}",
        {"input": {"id": "SECRET", "value": "PLANTED"}},
    ),
    "pulumi SecretDescriptionUpdate": (
        "mutation SecretDescriptionUpdate($input: SecretDescriptionUpdateInput!) {"
        f" secretDescriptionUpdate(input: $input) {{ {PULUMI_SECRET} }} }}",
        {"input": {"id": "SECRET", "description": "d"}},
    ),
    "pulumi SecretDelete": ("mutation SecretDelete($id: ID!) { secretDelete(id: $id) }", {"id": "SECRET"}),
    "runpod create_container_registry_auth": (
        'mutation SaveRegistryAuth { saveRegistryAuth(input: { name: "by runpod", username: "me", password: "PLANTED" }) { id name } }',
        None,
    ),
}

# Documents that are valid and that the server refuses with a sentence: (document, variables, a part of the message).
REFUSED = {
    "pulumi UpdateNetworkVolume": (
        f"mutation UpdateNetworkVolume($input: UpdateNetworkVolumeInput!) {{ updateNetworkVolume(input: $input) {{ {PULUMI_VOLUME} }} }}",
        {"input": {"id": "agv6w2qcg7", "size": 20}},
        "not found",
    ),
    "pulumi DeleteNetworkVolume": (
        "mutation DeleteNetworkVolume($input: DeleteNetworkVolumeInput!) { deleteNetworkVolume(input: $input) }",
        {"input": {"id": "agv6w2qcg7"}},
        "not found",
    ),
    "flash app by name": (
        f"query getFlashAppByName($flashAppName: String!) {{ flashAppByName(flashAppName: $flashAppName) {{ {FLASH_APP} }} }}",
        {"flashAppName": "mine"},
        "not found",
    ),
}
