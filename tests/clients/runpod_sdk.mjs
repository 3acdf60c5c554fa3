// The npm package runpod-sdk, driven by a test: node runpod_sdk.mjs ORIGIN KEY ENDPOINT

import { all, drive, endpointId, key, load, origin } from "./driver.mjs"

const { default: runpodSdk } = await load("runpod-sdk")
const endpoint = runpodSdk(key, { baseUrl: origin + "/v2" }).endpoint(endpointId)

const call = (name) => async (...given) => endpoint[name](...given)
await drive(
  new Proxy(
    { stream: (...given) => all(endpoint.stream(...given)) },
    { get: (own, name) => own[name] ?? call(name) },
  ),
)
