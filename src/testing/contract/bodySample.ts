/** The body of a request, and what has to arrive. */
export type BodySample = readonly [name: string, make: () => RequestInit['body'], arrives: RegExp]
