/** Kinds of answers that core awaits from the outside world. */
export type Kind =
  | 'token'
  | 'open'
  | 'close'
  | 'confirm'
  | 'ask'
  | 'store'
  | 'guest'
  | 'answer'
  | 'message'

export interface Point {
  readonly kind: Kind
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Value of the good answer. */
  readonly good: () => unknown
  /** Called synchronously, before the waiting code continues. */
  readonly onSettled?: ((isGood: boolean) => void) | undefined
}

/** Pending points, oldest first. A schedule settles them in its own order. */
export function createPoints() {
  let pending: Point[] = []
  const hung = new Set<Kind>()

  return {
    add<T>(kind: Kind, good: () => T, onSettled?: (isGood: boolean) => void): Promise<T> {
      return new Promise<T>((fulfil, reject) => {
        // Some outcomes have a wrong type on purpose.
        const resolve = (value: unknown) => fulfil(value as T)
        pending.push({ kind, resolve, reject, good, onSettled })
      })
    },
    push(point: Point): void {
      pending.push(point)
    },
    has: (kind: Kind) => pending.some((point) => point.kind === kind),
    any: () => pending.length > 0,
    kinds: () => [...new Set(pending.map(({ kind }) => kind))],
    /** Removes the oldest of its kind, to settle it. */
    take(kind: Kind): Point | undefined {
      const point = pending.find((other) => other.kind === kind)
      pending = pending.filter((other) => other !== point)
      return point
    },
    takeNewest(kind: Kind): Point | undefined {
      const point = pending.findLast((other) => other.kind === kind)
      pending = pending.filter((other) => other !== point)
      return point
    },
    takeAny(): Point | undefined {
      return pending.shift()
    },
    /** Never answers the oldest of its kind. */
    hang(kind: Kind): void {
      if (this.take(kind)) hung.add(kind)
    },
    hasHung: (kind: Kind) => hung.has(kind),
  }
}

export type Points = ReturnType<typeof createPoints>

export function settleWell(point: Point): void {
  point.onSettled?.(true)
  point.resolve(point.good())
}

export function settleBadly(point: Point, error: unknown): void {
  point.onSettled?.(false)
  point.reject(error)
}
