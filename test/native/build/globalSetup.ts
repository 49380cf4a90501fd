import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundles } from './bundles.js'

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Bundles the app for every host before the first test. */
export default async function buildBundles() {
  if (!existsSync(at('../../../dist'))) {
    throw new Error('There is no dist: run `npm run build` first.')
  }
  if (!existsSync(at('../node_modules/metro'))) {
    throw new Error('React Native is not installed: run `npm run install:native` first.')
  }
  await promisify(execFile)(process.execPath, [at('bundle.js'), JSON.stringify(bundles)], {
    maxBuffer: 1e8,
  })
}
