import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { chromiumLaunchOptions, findChromium, usualPaths } from './chromium.js'
import { ensureChromium, type Installer } from './ensureChromium.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chromium-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Puts an executable file at a path inside the test's own folder. */
function install(relative: string) {
  const path = join(folder, relative)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
  chmodSync(path, 0o755)
  return path
}

describe('findChromium', () => {
  test('takes what CHROMIUM_PATH names before anything else', () => {
    const systems = install('bin/chromium')
    const own = join(folder, 'mine')
    const env = { CHROMIUM_PATH: own }
    expect(findChromium({ env, systemPaths: [systems], playwrightPath: systems })).toBe(own)
  })

  test('treats an empty CHROMIUM_PATH as not set', () => {
    const systems = install('bin/chromium')
    expect(findChromium({ env: { CHROMIUM_PATH: '' }, systemPaths: [systems] })).toBe(systems)
  })

  test('takes the system’s before Playwright’s', () => {
    const systems = install('bin/chromium')
    const playwrightPath = install('ms-playwright/chrome')
    expect(findChromium({ env: {}, systemPaths: [systems], playwrightPath })).toBe(systems)
  })

  test('takes Playwright’s where the system has none', () => {
    const playwrightPath = install('ms-playwright/chrome')
    const systemPaths = [join(folder, 'bin/chromium')]
    expect(findChromium({ env: {}, systemPaths, playwrightPath })).toBe(playwrightPath)
  })

  test('returns null where Playwright’s is not downloaded either', () => {
    const playwrightPath = join(folder, 'ms-playwright/chrome')
    expect(findChromium({ env: {}, systemPaths: [], playwrightPath })).toBeNull()
    expect(findChromium({ env: {}, systemPaths: [], playwrightPath: null })).toBeNull()
  })

  test('passes over a folder and a file that cannot be run', () => {
    mkdirSync(join(folder, 'chromium'))
    writeFileSync(join(folder, 'notes'), '', { mode: 0o644 })
    const chrome = install('chrome')
    const systemPaths = [join(folder, 'chromium'), join(folder, 'notes'), chrome]
    expect(findChromium({ env: {}, systemPaths })).toBe(chrome)
  })

  test('on Linux searches PATH, where Chromium comes before Chrome', () => {
    const env = { PATH: [join(folder, 'first'), join(folder, 'second')].join(':') }
    const chrome = install('first/google-chrome')
    const search = { systemPaths: usualPaths(env, 'linux').filter((p) => p.startsWith(folder)) }
    expect(findChromium({ env, ...search })).toBe(chrome)
    const chromium = install('second/chromium')
    expect(findChromium({ env, ...search })).toBe(chromium)
  })

  test('knows the usual places of macOS and Windows', () => {
    expect(usualPaths({ HOME: '/Users/jane' }, 'darwin')).toContain(
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    )
    expect(usualPaths({ PROGRAMFILES: 'C:\\Program Files' }, 'win32')).toContain(
      join('C:\\Program Files', 'Google', 'Chrome', 'Application', 'chrome.exe'),
    )
  })
})

describe('chromiumLaunchOptions', () => {
  test('leaves the path out where there is no Chromium, so that Playwright says what is missing', () => {
    expect(chromiumLaunchOptions('/some/chromium').executablePath).toBe('/some/chromium')
    expect(chromiumLaunchOptions(null)).not.toHaveProperty('executablePath')
  })

  test.skipIf(process.getuid === undefined)('asks for no sandbox only as root', () => {
    const getuid = vi.spyOn(process, 'getuid')
    getuid.mockReturnValue(0)
    expect(chromiumLaunchOptions(null).args).toContain('--no-sandbox')
    getuid.mockReturnValue(1000)
    expect(chromiumLaunchOptions(null).args).not.toContain('--no-sandbox')
    getuid.mockRestore()
  })
})

describe('ensureChromium', () => {
  const say = () => {}

  /** An installer that notes its call, and leaves a Chromium behind if it is given a path. */
  function installer(name: string, calls: string[], leaves?: () => void): Installer {
    return {
      name,
      isPossible: () => true,
      run() {
        calls.push(name)
        leaves?.()
      },
    }
  }

  test('installs nothing where a Chromium is found and starts', async () => {
    const calls: string[] = []
    const installers = [installer('download', calls)]
    const means = { find: () => '/there', starts: async () => true, installers, say }
    expect(await ensureChromium(means)).toBe('/there')
    expect(calls).toEqual([])
  })

  test('tries the next installer after one that leaves nothing that starts', async () => {
    const calls: string[] = []
    let path: string | null = null
    const installers = [
      installer('nothing', calls),
      installer('broken', calls, () => (path = '/broken')),
      installer('working', calls, () => (path = '/working')),
      installer('not needed', calls),
    ]
    const starts = async (tried: string) => tried === '/working'
    expect(await ensureChromium({ find: () => path, starts, installers, say })).toBe('/working')
    expect(calls).toEqual(['nothing', 'broken', 'working'])
  })

  test('skips an installer that this machine has no means for', async () => {
    const calls: string[] = []
    const installers = [{ ...installer('apt', calls), isPossible: () => false }]
    const means = { find: () => null, starts: async () => true, installers, say }
    await expect(ensureChromium(means)).rejects.toThrow(/run `npx playwright install/)
    expect(calls).toEqual([])
  })

  test('installs no second browser beside a broken one that would be found first again', async () => {
    const calls: string[] = []
    const installers = [installer('download', calls)]
    const means = { find: () => '/broken', starts: async () => false, installers, say }
    await expect(ensureChromium({ ...means, isReplaceable: () => false })).rejects.toThrow(
      '/broken does not start',
    )
    expect(calls).toEqual([])
    await expect(ensureChromium({ ...means, isReplaceable: () => true })).rejects.toThrow(
      'none could be installed',
    )
    expect(calls).toEqual(['download'])
  })
})
