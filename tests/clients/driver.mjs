// What the clients here have in common: they read one call a line, {"call": "run", "arguments": [...]}, and answer each
// with a line, {"value": ...} or {"error": "...", "status": ...}, and "requests": what was sent for it.

import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"

export const [origin, key, endpointId] = process.argv.slice(2)

const answer = (line) => process.stdout.write(JSON.stringify(line) + "\n")
console.log = console.error // packages print what they do

let requests = []
const fetch = globalThis.fetch
globalThis.fetch = (url, options) => {
  requests.push({ method: options?.method ?? "GET", path: String(url).slice(origin.length), body: options?.body ?? null })
  return fetch(url, options)
}

// A package of .node.
const installed = createRequire(new URL("../../.node/package.json", import.meta.url))
export const load = async (name) => import(pathToFileURL(installed.resolve(name)).href)

export async function all(iterator) {
  const values = []
  for await (const value of iterator) values.push(value)
  return values
}

// `calls`: a function for each name; what it returns, or throws, is the answer.
export async function drive(calls) {
  for await (const line of createInterface({ input: process.stdin })) {
    requests = []
    const { call, arguments: given } = JSON.parse(line)
    let outcome
    try {
      outcome = { value: await calls[call](...given) }
    } catch (error) {
      outcome = { error: error.message, status: error.status ?? error.statusCode ?? null }
    }
    answer({ ...outcome, requests })
  }
}
