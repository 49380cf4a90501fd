import { spawn } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StartEngine } from './nativeApp.js'

const hermes = fileURLToPath(
  new URL('../node_modules/hermes-engine-cli/linux64-bin/hermes', import.meta.url),
)

/** Marks lines of ours in what the virtual machine prints. */
const mark = '\u0001'

/**
 * Runs the bundle in a Hermes virtual machine. Its only door is the prompt: it evaluates the lines of its
 * standard input, and works off the microtasks after each.
 */
export const hermesEngine: StartEngine = ({ prelude, bundle, modules, onMessage }) => {
  chmodSync(hermes, 0o755)
  const child = spawn(hermes, ['-Xmicrotask-queue'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const write = (line: string) => void child.stdin.write(`${line}\n`)
  const evaluate = (code: string) => write(`void (0, eval)(${JSON.stringify(code)})`)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const at = line.indexOf(mark)
    if (at >= 0) onMessage(line.slice(at + 1))
    else if (line.includes('Uncaught')) onMessage(JSON.stringify({ type: 'fatal', text: line }))
  })
  evaluate(`globalThis.__post = (text) => print(${JSON.stringify(mark)} + text);
    globalThis.__nativeModules = ${JSON.stringify(modules)}`)
  evaluate(prelude)
  evaluate(bundle)
  return {
    send: (text) => write(`void __receive(${JSON.stringify(text)})`),
    close: () => void child.kill(),
  }
}
