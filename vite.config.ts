import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin'
import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { chromiumLaunchOptions } from './test/support/chromium.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** One entry a public subpath; an entry that a later issue brings joins the build by existing. */
const entries = Object.fromEntries(
  [
    'index',
    'core',
    'react-native',
    'server',
    'testing',
    'stream-chat',
    'stream-chat-react',
    'devtools',
  ]
    .map((name) => [name, path(`./src/${name}.ts`)] as const)
    .filter(([, file]) => existsSync(file)),
)

/** What a browser's bundler gets for `react-chat-auth/server`: no entry imports it. */
const stub = { 'server/notForBrowsers': path('./src/server/notForBrowsers.ts') }

/** The package's `bin`. */
const bin = { 'cli/main': path('./src/cli/main.ts') }

/** The stylesheet is its own export, which no module imports: Vite would not see it. */
const copyStyles: Plugin = {
  name: 'copy-styles',
  // Storybook's build reads this file too, and bundles the stylesheet itself.
  apply: (config, { command }) => command === 'build' && Boolean(config.build?.lib),
  generateBundle() {
    const styles = path('./src/components/styles.css')
    if (!existsSync(styles)) return
    this.emitFile({ type: 'asset', fileName: 'styles.css', source: readFileSync(styles) })
  },
}

/** Metro looks for the plain `require` of an optional package; Rolldown would replace it by its own. */
const plainRequire: Plugin = {
  name: 'plain-require',
  apply: (config, { command }) => command === 'build' && Boolean(config.build?.lib),
  transform: (code, id) =>
    id.endsWith('/native/netInfo.ts') ? code.replace(/\brequire\(/, 'plainRequire(') : null,
  renderChunk: (code, { fileName }) =>
    fileName === 'native/netInfo.js' ? code.replace('plainRequire(', 'require(') : null,
}

const browser = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: chromiumLaunchOptions() }),
  instances: [{ browser: 'chromium' } as const],
})

/**
 * Testing Library unmounts after each test, and tells React that this is a test, only where it finds
 * `afterEach` and `beforeAll` as globals.
 */
const forTestingLibrary = { globals: true, setupFiles: ['test/support/patience.ts'] }

let groups = 0

/** Projects run one after another, as listed: side by side they starve each other on two slow cores. */
const inTurn = () => ({ sequence: { groupOrder: groups++ } })

const testsIn = (rooms: string) => [`test/${rooms}/**/*.test.{ts,tsx}`]

const inNode = (name: string, rooms: string, setupFiles: string[] = []) => ({
  extends: true as const,
  test: { name, environment: 'node' as const, include: testsIn(rooms), setupFiles, ...inTurn() },
})

export default defineConfig({
  plugins: [react(), copyStyles, plainRequire],
  build: {
    target: 'es2022',
    minify: false,
    lib: { entry: { ...entries, ...stub, ...bin }, formats: ['es'] },
    rolldownOptions: {
      external: [
        /^react($|\/)/,
        /^react-native($|\/)/,
        /^@react-native-community\/netinfo$/,
        /^react-dom($|\/)/,
        /^@tanstack\/react-query($|\/)/,
        /^jose($|\/)/,
        /^@babel\/core$/,
        /^stream-chat($|\/)/,
        /^node:/,
      ],
      // One file a module, so that "use client" stays in the files that have it and nowhere else.
      output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
    },
  },
  test: {
    // A limit is for what hangs, and on a slow core much is merely slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      // The quick one, which needs neither a server nor a build.
      inNode('core', 'core'),
      inNode('connectors', 'connectors'),
      inNode('testing', 'testing'),
      inNode('server', 'server'),
      inNode('bench', 'bench'),
      inNode('cli', 'cli'),
      inNode('ssr', 'ssr', ['test/support/patience.ts']),
      inNode('package', '{package,support,types}'),
      {
        extends: true,
        test: {
          // Bundles an app with Metro, and runs it on React Native's own JavaScript.
          name: 'native',
          environment: 'node',
          include: ['test/native/*.test.ts'],
          globalSetup: 'test/native/build/globalSetup.ts',
          fileParallelism: false,
          ...inTurn(),
        },
      },
      {
        extends: true,
        test: {
          name: 'react',
          environment: 'jsdom',
          include: testsIn('{react,components}'),
          ...forTestingLibrary,
          ...inTurn(),
        },
      },
      {
        extends: true,
        resolve: { alias: [{ find: /^(react|react-dom)(?=\/|$)/, replacement: '$1-18' }] },
        test: {
          name: 'react18',
          environment: 'jsdom',
          include: testsIn('{react,components,ssr}'),
          // stream-chat-react comes as it is installed, with the React beside it.
          exclude: ['test/react/migration.test.tsx', 'test/react/moving.test.tsx'],
          env: { REACT_MAJOR: '18' },
          // As a module it would get its own React from Node, past the alias.
          server: { deps: { inline: [/@tanstack\/react-query/] } },
          ...forTestingLibrary,
          setupFiles: ['test/support/useReact18.ts', 'test/support/patience.ts'],
          ...inTurn(),
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: testsIn('browser'),
          browser: browser(),
          ...forTestingLibrary,
          ...inTurn(),
        },
      },
      {
        extends: true,
        plugins: [storybookTest({ configDir: path('./.storybook') })],
        test: { name: 'storybook', browser: browser(), ...inTurn() },
      },
      {
        extends: true,
        test: {
          // Drives Chromium by hand against the built package: `npm run build` comes first.
          name: 'e2e',
          environment: 'node',
          include: testsIn('e2e'),
          fileParallelism: false,
          testTimeout: 180_000,
          ...inTurn(),
        },
      },
    ],
  },
})
