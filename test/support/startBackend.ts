import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { serveBackend } from './serveBackend.js'

const backend = createChatBackend()
const server = await serveBackend(backend, { port: Number(process.env['PORT'] ?? 4321) })

console.log(`The chat backend listens on ${server.url} (PORT chooses another port; Ctrl+C stops it).

  API key    ${backend.apiKey}
  Token      curl '${server.url}${backend.tokenEndpoint.path}?user_id=jane'
  Channels   livestream:town-hall (everyone), messaging:team (users)
`)

process.once('SIGINT', () => {
  backend.dispose()
  void server.close()
})
