import type { Json } from '../wire/json.js'
import type { Users } from './users.js'
import { ApiError } from '../wire/wire.js'

/** One user's reaction of one type to one message. */
export interface Reaction {
  readonly type: string
  readonly userId: string
  readonly score: number
  readonly createdAt: string
  /** The client's own fields, such as `emoji_code`, without the sender. */
  readonly sent: Json
}

/** Reads a reaction from a client's request. */
export function readReaction(sent: Json, userId: string, createdAt: string): Reaction {
  const { type, score = 1 } = sent
  if (typeof type !== 'string' || !type) {
    throw new ApiError(4, 'SendReaction failed with error: "reaction.type is a required field"')
  }
  return { type, userId, score: Number(score), createdAt, sent }
}

export function reactionResponse(reaction: Reaction, messageId: string, users: Users) {
  const { type, userId, score, createdAt, sent } = reaction
  return {
    ...sent,
    type,
    score,
    message_id: messageId,
    user_id: userId,
    user: users.get(userId),
    created_at: createdAt,
    updated_at: createdAt,
  }
}

/** Reaction fields of a message; the own reactions depend on the viewer. */
export function reactionFields(
  reactions: readonly Reaction[],
  messageId: string,
  users: Users,
  viewerId: string | null,
) {
  const counts: Record<string, number> = {}
  const scores: Record<string, number> = {}
  const groups: Record<string, object> = {}
  for (const type of new Set(reactions.map((reaction) => reaction.type))) {
    const alike = reactions.filter((reaction) => reaction.type === type)
    const instants = alike.map((reaction) => reaction.createdAt).sort()
    counts[type] = alike.length
    scores[type] = alike.reduce((sum, reaction) => sum + reaction.score, 0)
    groups[type] = {
      count: counts[type],
      sum_scores: scores[type],
      first_reaction_at: instants[0],
      last_reaction_at: instants.at(-1),
    }
  }
  const latest = reactions.toReversed().map((one) => reactionResponse(one, messageId, users))
  return {
    latest_reactions: latest.slice(0, 10),
    own_reactions: latest.filter((reaction) => reaction.user_id === viewerId),
    reaction_counts: counts,
    reaction_scores: scores,
    reaction_groups: groups,
  }
}
