import type { Browser, Page } from 'playwright'
import type { ChatBackend } from '../../../src/testing/chatBackend.js'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { serveBackend } from '../../support/serveBackend.js'
import type { BuiltApp } from '../buildApp.js'
import { serveFiles } from '../serveFiles.js'
import { openBadLine, type BadLine } from './badLine.js'
import { startReverseProxy, type ReverseProxy } from './nginx.js'
import type { WeatherParameters } from './page/weatherApi.js'
import { createTokenPages, type TokenPage } from './tokenPages.js'

export const team = 'messaging:team'
export const users = ['jane', 'bob'] as const

/** Message that arrived at the backend, as often as it did. */
export interface Post {
  readonly messageId: string
  readonly requestId: string | null
  readonly status: number
}

/** A backend and two pages, one a connector, with weather between them. */
export interface Station {
  readonly backend: ChatBackend
  readonly pages: readonly Page[]
  readonly line: BadLine
  /** Between nginx and the backend; null without nginx. */
  readonly upstream: BadLine | null
  readonly nginx: ReverseProxy | null
  readonly posts: readonly Post[]
  /** When each spell began. */
  readonly played: string[]
  /** Exceptions and unhandled rejections of the pages. */
  readonly pageErrors: readonly string[]
  readonly showTokenPage: (page: TokenPage | null) => void
  readonly close: () => Promise<void>
}

const loginPage = '<!doctype html><title>Sign in</title><p>Please sign in.</p>'

/** Opens everything: browser → bad line (→ nginx → bad line) → backend. */
export async function openStation(
  browser: Browser | undefined,
  app: BuiltApp,
  isBehindNginx: boolean,
): Promise<Station> {
  if (!browser) throw new Error('There is no browser.')
  const backend = createChatBackend()
  const posts: Post[] = []
  const site = await serveFiles(new Map([...app, ['/login.html', loginPage]]))
  const loginUrl = `${site.url}/login.html`
  const tokenPages = createTokenPages(backend.tokenEndpoint.path, loginUrl)
  const served = await serveBackend(
    {
      accept: backend.accept,
      async handle(request, signal) {
        const isPost = request.method === 'POST' && request.url.includes('/message?')
        const body = isPost ? ((await request.clone().json()) as { message: { id: string } }) : null
        const response = await backend.handle(request, signal)
        const requestId = request.headers.get('x-client-request-id')
        if (body) posts.push({ messageId: body.message.id, requestId, status: response.status })
        return response
      },
    },
    { intercept: tokenPages.intercept },
  )
  const upstream = isBehindNginx ? await openBadLine({ target: served.url, loginUrl }) : null
  const nginx = upstream && (await startReverseProxy(upstream.url))
  const line = await openBadLine({ target: nginx?.url ?? served.url, loginUrl })

  const contexts = await Promise.all(users.map(() => browser.newContext()))
  const pages = await Promise.all(contexts.map((context) => context.newPage()))
  const pageErrors: string[] = []
  for (const page of pages) page.on('pageerror', (error) => pageErrors.push(String(error)))

  /** Jane comes through `httpConnector`, Bob through the real client. */
  async function enter(page: Page, userId: (typeof users)[number]) {
    const parameters: WeatherParameters = {
      connector: userId === 'jane' ? 'http' : 'stream-chat',
      userId,
      apiKey: backend.apiKey,
      baseUrl: line.url,
      tokenUrl: line.url + backend.tokenEndpoint.path,
    }
    await page.goto(`${site.url}/?${new URLSearchParams({ ...parameters })}`)
  }

  await Promise.all(pages.map((page, index) => enter(page, users[index] ?? 'jane')))

  return {
    backend,
    pages,
    line,
    upstream,
    nginx,
    posts,
    played: [],
    pageErrors,
    showTokenPage: tokenPages.show,
    async close() {
      await Promise.all(contexts.map((context) => context.close()))
      await line.close()
      await nginx?.stop()
      await upstream?.close()
      backend.dispose()
      await served.close()
      await site.close()
    },
  }
}
