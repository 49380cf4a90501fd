import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { ReaderFigures } from './measureReaders.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * Measures readers in a process of its own, with production React and code as an app's bundler makes it.
 * Young objects have room there for several mounts: no collection falls into a mount.
 */
export async function runReaders(readers: number, rounds: number): Promise<ReaderFigures> {
  // Inside the package, so that the bundle finds React.
  const folder = await mkdtemp(`${root}node_modules/.bench-`)
  try {
    const outfile = `${folder}/readers.mjs`
    await build({
      stdin: {
        contents: `import { measureReaders } from './measureReaders.js'
          console.log(JSON.stringify(await measureReaders(${readers}, ${rounds})))`,
        resolveDir: `${root}test/bench/readers`,
      },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    })
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--single-threaded-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', outfile],
      { env: { ...process.env, NODE_ENV: 'production' } },
    )
    return JSON.parse(stdout) as ReaderFigures
  } finally {
    await rm(folder, { recursive: true })
  }
}
