import { readFileSync } from 'node:fs'

export interface Bundle {
  readonly name: string
  readonly version: '0.81' | '0.88'
  readonly platform: 'ios' | 'android'
  /** Metro's profile of the engine that runs it. */
  readonly profile: 'hermes-stable'
  readonly entry: string
}

const make = (version: Bundle['version'], platform: Bundle['platform']): Bundle => ({
  name: `${platform}-${version}`,
  version,
  platform,
  profile: 'hermes-stable',
  entry: 'app/index.ts',
})

export const oldest = make('0.81', 'android')
export const newest = make('0.88', 'ios')
export const bundles = [oldest, newest]

const built = (file: string) => new URL(`../node_modules/.proof/${file}`, import.meta.url)

export const codeOf = ({ name }: Bundle) => readFileSync(built(`${name}.js`), 'utf8')
export const fileOf = ({ name }: Bundle) => built(`${name}.js`)

/** Modules of a bundle by their path in the proof's folder, with their code. */
export const modulesOf = ({ name }: Bundle) =>
  JSON.parse(readFileSync(built(`${name}.modules.json`), 'utf8')) as {
    path: string
    code: string
  }[]
