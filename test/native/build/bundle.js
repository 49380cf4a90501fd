// Bundles the app with Metro, as the command line of React Native does: `node bundle.js '[{…}, …]'`.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const proof = join(fileURLToPath(import.meta.url), '../..')
const modules = join(proof, 'node_modules')
const work = join(modules, '.proof')

const { getDefaultConfig, mergeConfig } = require('@react-native/metro-config')
const { runBuild } = require('metro')
const { FileStore } = require('metro-cache')
const baseJSBundle = require('metro/private/DeltaBundler/Serializers/baseJSBundle').default
const bundleToString = require('metro/private/lib/bundleToString').default

/** Installs the package as it is published: its manifest and its build. */
function installPackage() {
  const installed = join(modules, 'react-chat-auth')
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  for (const part of ['dist', 'package.json']) {
    cpSync(join(proof, '../..', part), join(installed, part), { recursive: true })
  }
}

/** Builds on the default configuration of React Native's own. */
function configure({ version }, onGraph) {
  const isOld = version === '0.81'
  return mergeConfig(getDefaultConfig(proof), {
    cacheStores: [new FileStore({ root: join(work, 'cache') })],
    reporter: { update() {} },
    maxWorkers: 2,
    watchFolders: [proof],
    resolver: {
      // React Native under its own name, in the version of this bundle.
      resolveRequest(context, name, platform) {
        if (name === 'react-native')
          return { type: 'sourceFile', filePath: join(proof, 'app/reactNative.js') }
        const renamed = name.replace(/^react-native(?=\/|$)/, `react-native-${version}`)
        return context.resolveRequest(context, renamed, platform)
      },
      blockList: [/\/(?:android|ios|apple|apple-frameworks|windows|ReactAndroid|ReactCommon)\//],
      useWatchman: false,
    },
    serializer: {
      getModulesRunBeforeMainModule: () => [join(proof, 'app/setUp.js')],
      getPolyfills: require(`@react-native/js-polyfills${isOld ? '' : '-0.88'}`),
      customSerializer(entry, before, graph, options) {
        onGraph(graph)
        return bundleToString(baseJSBundle(entry, before, graph, options)).code
      },
    },
    transformer: isOld
      ? {}
      : { babelTransformerPath: require.resolve('@react-native/metro-babel-transformer-0.88') },
  })
}

/** Modules of a bundle by their path in the proof's folder, with their code. */
const listModules = (graph) =>
  [...graph.dependencies.values()].map(({ path, output }) => ({
    path: path.slice(proof.length + 1),
    code: output.map(({ data }) => data.code).join('\n'),
  }))

async function bundle(target) {
  let list = []
  const config = configure(target, (graph) => (list = listModules(graph)))
  await runBuild(config, {
    entry: target.entry,
    platform: target.platform,
    dev: false,
    minify: false,
    unstable_transformProfile: target.profile,
    out: join(work, `${target.name}.js`),
  })
  writeFileSync(join(work, `${target.name}.modules.json`), JSON.stringify(list))
}

installPackage()
mkdirSync(work, { recursive: true })
for (const target of JSON.parse(process.argv[2])) await bundle(target)
// Metro keeps its workers.
process.exit(0)
