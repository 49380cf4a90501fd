import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { chromiumLaunchOptions, findChromium } from './chromium.js'

/**
 * What `ensureChromium` looks with and installs with; the tests pass their own.
 * @typedef {object} Means
 * @property {() => string | null} [find]
 * @property {(path: string) => Promise<boolean>} [starts]
 * @property {(path: string) => boolean} [isReplaceable] whether an installer could mend this one
 * @property {Installer[]} [installers] in the order to try them
 * @property {(line: string) => void} [say]
 */

/**
 * @typedef {object} Installer
 * @property {string} name
 * @property {() => boolean} isPossible
 * @property {() => void} run its success is judged by whether a Chromium then starts
 */

/**
 * Returns the path of a Chromium that starts, after installing one where there is none.
 * @param {Means} [means]
 */
export async function ensureChromium({
  find = findChromium,
  starts = startsHeadless,
  // Playwright's own download starts once the system has the libraries it needs, and Debian's
  // package brings those; any other broken browser is its owner's, and would be found first again.
  isReplaceable = (path) => path === chromium.executablePath(),
  installers = [playwrightsDownload, debiansPackage],
  say = console.log,
} = {}) {
  const found = find()
  if (found !== null && (await starts(found))) return found
  if (found !== null && !isReplaceable(found)) {
    throw new Error(
      `The Chromium at ${found} does not start: repair it, or set CHROMIUM_PATH to one that does, and run the tests again.`,
    )
  }
  for (const { name, isPossible, run } of installers) {
    if (!isPossible()) continue
    say(`The tests need a Chromium: trying ${name}.`)
    run()
    const path = find()
    if (path !== null && (await starts(path))) return path
  }
  throw new Error(
    'The tests need a Chromium, and none could be installed: run `npx playwright install --with-deps chromium`, install your system’s Chromium or Chrome, or set CHROMIUM_PATH to one, and run the tests again.',
  )
}

/** @type {Installer} */
export const playwrightsDownload = {
  name: 'Playwright’s download of some 180 MB',
  isPossible: () => true,
  run() {
    const cli = join(dirname(createRequire(import.meta.url).resolve('playwright')), 'cli.js')
    spawnSync(process.execPath, [cli, 'install', '--no-shell', 'chromium'], {
      // Without a network it prints five stack traces; what matters is said at the end, in a sentence.
      stdio: 'ignore',
      // A firewall that drops packets would otherwise hold every try for half a minute.
      env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000', ...process.env },
    })
  },
}

/** @type {Installer} */
export const debiansPackage = {
  name: 'Debian’s package',
  isPossible: () =>
    succeeds('apt-get', ['--version']) && (isRoot() || succeeds('sudo', ['-n', 'true'])),
  run() {
    const aptGet = [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-qq',
      // A machine that just started may still be installing its own updates.
      '-o',
      'DPkg::Lock::Timeout=120',
    ]
    const [command = '', ...args] = isRoot() ? aptGet : ['sudo', '-n', ...aptGet]
    // One unreachable source fails the update and may not matter to the install.
    spawnSync(command, [...args, 'update'], { stdio: ['ignore', 'inherit', 'inherit'] })
    spawnSync(command, [...args, 'install', '-y', 'chromium'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  },
}

function isRoot() {
  return process.getuid?.() === 0
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/**
 * A file can be there and not start: a wrapper around nothing, a download without its libraries.
 * @param {string} path
 */
async function startsHeadless(path) {
  try {
    const browser = await chromium.launch({ ...chromiumLaunchOptions(path), timeout: 60_000 })
    await browser.close()
    return true
  } catch {
    return false
  }
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    console.log(`Tests run in ${await ensureChromium()}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
