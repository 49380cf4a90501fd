import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'

/**
 * Where to look; every part has a default, and the tests pass their own.
 * @typedef {object} ChromiumSearch
 * @property {NodeJS.ProcessEnv} [env]
 * @property {NodeJS.Platform} [platform]
 * @property {string[]} [systemPaths] instead of the places usual on the platform
 * @property {string | null} [playwrightPath] instead of where Playwright would install its own
 */

/**
 * The Chromium that tests run in: the one CHROMIUM_PATH names, else the system's, else Playwright's.
 * CHROMIUM_PATH is final, even where it names nothing: a person who set it wants no other browser.
 * @param {ChromiumSearch} [search]
 * @returns {string | null}
 */
export function findChromium({
  env = process.env,
  platform = process.platform,
  systemPaths = usualPaths(env, platform),
  playwrightPath = pathOfPlaywrights(),
} = {}) {
  if (env['CHROMIUM_PATH']) return env['CHROMIUM_PATH']
  const found = systemPaths.find(isExecutable)
  if (found !== undefined) return found
  return playwrightPath !== null && isExecutable(playwrightPath) ? playwrightPath : null
}

/**
 * How Playwright and Vitest launch it. Without a Chromium, Playwright's own message says what is missing.
 * @param {string | null} [executablePath]
 * @returns {{ executablePath?: string, args: string[] }}
 */
export function chromiumLaunchOptions(executablePath = findChromium()) {
  return {
    ...(executablePath === null ? {} : { executablePath }),
    args: [
      // Chromium refuses to start as root with its sandbox. (Playwright drops the sandbox for everyone
      // unless told otherwise, and must: most containers, and Ubuntu since 23.10, let no user have it.)
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      // Nothing is fetched that no test asked for.
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string[]}
 */
export function usualPaths(env, platform) {
  if (platform === 'darwin') {
    const apps = ['/Applications', join(env['HOME'] ?? '', 'Applications')]
    return ['Chromium', 'Google Chrome', 'Microsoft Edge'].flatMap((name) =>
      apps.map((folder) => join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
    )
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
    return [
      ['Chromium', 'Application', 'chrome.exe'],
      ['Google', 'Chrome', 'Application', 'chrome.exe'],
      ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
    ].flatMap((file) => folders.flatMap((folder) => (folder ? [join(folder, ...file)] : [])))
  }
  const folders = [...(env['PATH'] ?? '').split(':').filter(Boolean), '/usr/bin', '/snap/bin']
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  )
}

function pathOfPlaywrights() {
  try {
    return chromium.executablePath()
  } catch {
    // Playwright builds no Chromium for this platform.
    return null
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
