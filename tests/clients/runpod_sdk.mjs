// The npm package runpod-sdk, driven by a test: node runpod_sdk.mjs ORIGIN KEY ENDPOINT
// Reads one call a line, {"call": "run", "arguments": [...]}, and answers each with a line,
// {"value": ...} or {"error": "..."}, and "requests": the method, path and body of what was sent for it.

import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"

const [origin, key, endpointId] = process.argv.slice(2)
const answer = (line) => process.stdout.write(JSON.stringify(line) + "\n")
console.log = console.error // the package prints what it does

let requests = []
const fetch = globalThis.fetch
globalThis.fetch = (url, options) => {
  requests.push({ method: options?.method ?? "GET", path: String(url).slice(origin.length), body: options?.body ?? null })
  return fetch(url, options)
}

const installed = createRequire(new URL("../../.node/package.json", import.meta.url))
const { default: runpodSdk } = await import(pathToFileURL(installed.resolve("runpod-sdk")).href)
const endpoint = runpodSdk(key, { baseUrl: origin + "/v2" }).endpoint(endpointId)

async function all(iterator) {
  const values = []
  for await (const value of iterator) values.push(value)
  return values
}

async function outcome({ call, arguments: given }) {
  try {
    const value = endpoint[call](...given)
    return { value: call === "stream" ? await all(value) : await value }
  } catch (error) {
    return { error: error.message }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  requests = []
  answer({ ...(await outcome(JSON.parse(line))), requests })
}
