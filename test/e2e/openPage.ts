import type { Browser, Page } from 'playwright'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../src/testing/chatBackend.js'
import type { BackendCounters } from '../../src/testing/controls/counters.js'
import { serveBackend } from '../support/serveBackend.js'
import type { PageParameters } from './app/pageApi.js'
import type { BuiltApp } from './buildApp.js'
import { serveFiles } from './serveFiles.js'
import { until } from './until.js'

export interface OpenPage {
  readonly page: Page
  readonly backend: ChatBackend
  /** Number of open sockets after each change, as counted by the backend. */
  readonly liveSockets: readonly number[]
  /** Exceptions and unhandled rejections of the page. */
  readonly pageErrors: readonly string[]
  /** Warnings and errors in the page's console, including the browser's own. */
  readonly complaints: readonly string[]
  /** All origins that the page sent requests to. */
  readonly origins: Set<string>
  readonly pageUrl: string
  readonly backendUrl: string
  /** Resolves once the backend's counters match. */
  readonly until: (isSo: (counters: BackendCounters) => boolean) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the built page in a real browser, with a chat backend and a token endpoint on real sockets. */
export async function openPage(
  browser: Browser | undefined,
  app: BuiltApp,
  options: ChatBackendOptions = {},
): Promise<OpenPage> {
  if (!browser) throw new Error('There is no browser.')
  const backend = createChatBackend(options)
  const served = await serveBackend(backend)
  const site = await serveFiles(app)
  const context = await browser.newContext()
  const page = await context.newPage()

  const liveSockets: number[] = []
  backend.subscribe(() => {
    const { liveSockets: now } = backend.counters
    if (now !== (liveSockets.at(-1) ?? 0)) liveSockets.push(now)
  })
  const pageErrors: string[] = []
  page.on('pageerror', (error) => pageErrors.push(String(error)))
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/warning|error|assert/.test(message.type())) complaints.push(message.text())
  })
  const origins = new Set<string>()
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin.replace('ws', 'http')))

  const parameters: PageParameters = {
    apiKey: backend.apiKey,
    baseUrl: served.url,
    tokenUrl: served.url + backend.tokenEndpoint.path,
  }
  await page.goto(`${site.url}/?${new URLSearchParams({ ...parameters })}`)

  return {
    page,
    backend,
    liveSockets,
    pageErrors,
    complaints,
    origins,
    pageUrl: site.url,
    backendUrl: served.url,
    until: (isSo) => until(backend, isSo),
    async close() {
      await context.close()
      backend.dispose()
      await served.close()
      await site.close()
    },
  }
}
