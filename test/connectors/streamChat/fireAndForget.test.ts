import { expect, test } from 'vitest'
import { isFireAndForget } from '../../../src/connectors/streamChat/fireAndForget.js'

const channel = 'https://chat.test/channels/messaging/team'

test.each([
  [`${channel}/read`, '{}'],
  [`${channel}/read?user_id=jane`, undefined],
  ['https://chat.test/channels/delivered', '{}'],
  [`${channel}/event`, '{"event":{"type":"typing.start"}}'],
])('nobody waits for %s %s', (url, body) => {
  expect(isFireAndForget(url, body)).toBe(true)
})

test.each([
  [`${channel}/message`, '{"message":{"text":"/read"}}'],
  [`${channel}/event`, '{"event":{"type":"party"}}'],
  [`${channel}/event`, undefined],
  [`${channel}/unread`, '{}'],
  [`${channel}/query?next=/read`, '{}'],
  [undefined, undefined],
])('somebody waits for %s %s', (url, body) => {
  expect(isFireAndForget(url, body)).toBe(false)
})
