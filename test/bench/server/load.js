import { Agent, get } from 'node:http'
import { parentPort } from 'node:worker_threads'

// In JavaScript, for Node 20 starts no worker in TypeScript.

/**
 * Asked in a thread of its own: for as many requests as it can make in so many milliseconds.
 * @typedef {{ url: string, connections: number, durationMs: number }} LoadOrder
 */

/**
 * @param {LoadOrder} order
 * @returns {Promise<number>} answers a second
 */
async function load({ url, connections, durationMs }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const from = performance.now()
  let answered = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - from < durationMs) {
        await ask(url, agent)
        answered++
      }
    }),
  )
  const seconds = (performance.now() - from) / 1000
  agent.destroy()
  return answered / seconds
}

/**
 * @param {string} url
 * @param {Agent} agent
 * @returns {Promise<void>}
 */
function ask(url, agent) {
  return new Promise((resolve, reject) => {
    const sending = get(url, { agent }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`It answered ${answer.statusCode}.`))
      answer.resume().once('end', resolve)
    })
    sending.once('error', reject)
  })
}

parentPort?.on('message', (order) => {
  void load(order).then((rate) => parentPort?.postMessage(rate))
})
