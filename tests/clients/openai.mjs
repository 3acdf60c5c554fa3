// The npm packages openai and @runpod/ai-sdk-provider, driven by a test: node openai.mjs ORIGIN KEY ENDPOINT

import { all, drive, endpointId, key, load, origin } from "./driver.mjs"

const baseURL = `${origin}/v2/${endpointId}/openai/v1`
const { default: OpenAI } = await load("openai")
const { createRunpod } = await load("@runpod/ai-sdk-provider")
const { generateText, streamText } = await load("ai")

const openai = new OpenAI({ apiKey: key, baseURL })
const model = createRunpod({ apiKey: key, baseURL })("small")
const chat = (prompt, stream) =>
  openai.chat.completions.create({ model: "small", stream, messages: [{ role: "user", content: prompt }] })

await drive({
  chat: async (prompt) => (await chat(prompt, false)).choices[0].message.content,
  chatStream: async (prompt) => (await all(await chat(prompt, true))).map((part) => part.choices[0].delta.content).join(""),
  completion: async (prompt) => (await openai.completions.create({ model: "small", prompt })).choices[0].text,
  models: async () => (await all(openai.models.list())).map((one) => one.id),
  embedding: async (input) =>
    (await openai.embeddings.create({ model: "small", input, encoding_format: "float" })).data[0].embedding,
  response: async (input) => (await openai.responses.create({ model: "small", input })).output_text,
  generateText: async (prompt) => (await generateText({ model, prompt, maxRetries: 0 })).text,
  streamText: async (prompt) => (await all(streamText({ model, prompt, maxRetries: 0 }).textStream)).join(""),
})
