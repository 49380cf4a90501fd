import type { Channel, ChannelAPIResponse, StreamChat, Thread } from 'stream-chat'

/** The largest page of channels that the backend answers. */
const channelsAtOnce = 30

/** How many pages are asked for at the same time: 1,000 channels take nine round trips in a row. */
const pagesAtOnce = 4

/** The largest page of replies that is asked for in one thread. */
const repliesAtOnce = 100

/** Has the live socket told of every channel that the client knows; the client itself is told nothing. */
export async function watchAll(client: StreamChat): Promise<void> {
  await fourAtATime(pagesOf(client), (filter_conditions) =>
    client.post(`${client.baseURL}/channels`, {
      filter_conditions,
      sort: [],
      limit: channelsAtOnce,
      watch: true,
      state: false,
    }),
  )
}

/** Collects the channels that the client was told its user was added to, by their cids. */
export function noteAdditions(client: StreamChat): ReadonlySet<string> {
  const cids = new Set<string>()
  client.on(
    'notification.added_to_channel',
    ({ channel }) => void (channel && cids.add(channel.cid)),
  )
  return cids
}

/** What was missed: everything since `since`, by the backend's clock, but for these additions. */
export interface Gap {
  readonly since: string | null
  readonly told: ReadonlySet<string>
  /** Whether the client has asked for channels at all: for their list, or to watch one. */
  readonly hasWatched: boolean
}

/**
 * Asks again for all that the client shows: its channels, the threads that were opened, and the channels
 * that its user was added to in the gap.
 *
 * The client's own `recoverState` asks for 30 channels only and empties open threads. With
 * `recoverStateOnReconnect: false` it asks for none: the app, or `<ChannelList>`, does at
 * `connection.recovered`.
 */
export async function recoverState(client: StreamChat, gap: Gap): Promise<void> {
  const threads = openThreads(client)
  if (client.recoverStateOnReconnect) {
    await fourAtATime(pagesOf(client), (filter) =>
      client.queryChannels(filter, { last_message_at: -1 }, { limit: channelsAtOnce }),
    )
  }
  await fourAtATime(threads, (thread) => unlessRefused(recoverThread(thread), undefined))
  const added = client.recoverStateOnReconnect ? await unlessRefused(addedIn(gap, client), []) : []
  await recoverThreadList(client)
  client.dispatchEvent({ type: 'connection.recovered' })
  // As the backend told of them while no socket was there to hear it: lists take them in.
  for (const channel of added) {
    const { cid, id: channel_id, type: channel_type } = channel
    const told = { cid, channel_id, channel_type, channel }
    client.dispatchEvent({ type: 'notification.added_to_channel', ...told })
  }
}

/** Filters for the channels that the client knows, a page each. */
function pagesOf(client: StreamChat): { cid: { $in: string[] } }[] {
  const cids = Object.keys(client.activeChannels)
  const count = Math.ceil(cids.length / channelsAtOnce)
  return Array.from({ length: count }, (_, page) => ({
    cid: { $in: cids.slice(page * channelsAtOnce, (page + 1) * channelsAtOnce) },
  }))
}

interface OpenThread {
  readonly channel: Channel
  readonly parentId: string
}

/** The threads whose replies a channel holds, for `<Thread>` and the like to show. */
function openThreads(client: StreamChat): OpenThread[] {
  return Object.values(client.activeChannels).flatMap((channel) =>
    Object.keys(channel.state.threads).map((parentId) => ({ channel, parentId })),
  )
}

async function recoverThread({ channel, parentId }: OpenThread): Promise<void> {
  const { messages } = await channel.getReplies(parentId, { limit: repliesAtOnce })
  const message = messages[messages.length - 1]
  if (!message) return
  // `<Channel>` copies the replies of its thread at events that carry a message, and at no other time.
  channel.getClient().dispatchEvent({ type: 'message.updated', cid: channel.cid, message })
}

/** Loads the threads of the client's own list anew: at once those on screen, at `reload` the others. */
async function recoverThreadList({ threads }: StreamChat): Promise<void> {
  const loaded = threads.state.getLatestValue().threads
  const [shown, others] = [true, false].map((isShown) =>
    loaded.filter(({ state }) => state.getLatestValue().active === isShown),
  ) as [Thread[], Thread[]]
  // A reload keeps what it finds, unless that is stale.
  for (const { state } of others) state.partialNext({ isStateStale: true })
  await fourAtATime(shown, (thread) => unlessRefused(thread.reload(), undefined))
  // At `connection.recovered` the list reloads, if a loss is noted. It notes none of less than 5 s itself.
  threads.state.partialNext({ lastConnectionDropAt: new Date() })
}

/** The channels that this user was added to in the gap, and that the client does not know. */
async function addedIn(
  { since, told, hasWatched }: Gap,
  client: StreamChat,
): Promise<ChannelAPIResponse['channel'][]> {
  const { userID, anonymous } = client
  if (!userID || anonymous || since === null || !hasWatched) return []
  const newest = await client.queryChannelsRequest(
    { members: { $in: [userID] } },
    [{ last_updated: -1 }],
    { limit: channelsAtOnce, message_limit: 0, watch: false, state: true, presence: false },
  )
  return newest
    .filter(({ membership }) => (membership?.created_at ?? '') >= since)
    .map(({ channel }) => channel)
    .filter(({ cid }) => !told.has(cid) && !(cid in client.activeChannels))
}

/** Whether an error is the backend's final answer, which a retry would not change. */
export function isFinal(error: unknown): boolean {
  const { status } = error as { status?: unknown }
  return typeof status === 'number' && status < 500 && status !== 429
}

/** What is lost where the backend refuses one part: a thread that was deleted keeps no other from recovery. */
async function unlessRefused<T>(asking: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asking
  } catch (error) {
    if (isFinal(error)) return otherwise
    throw error
  }
}

async function fourAtATime<T>(
  items: readonly T[],
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  for (let i = 0; i < items.length; i += pagesAtOnce) {
    await Promise.all(items.slice(i, i + pagesAtOnce).map(task))
  }
}
