const text = '{"text":"Grüße"}'
const bytes = () => new Uint8Array([1, 2, 3, 0, 255])

/** Bodies that React Native's `fetch` takes, by their kind. */
const bodies = {
  text: () => text,
  blob: () => new Blob([text], { type: 'application/json' } as never),
  form: () => {
    const form = new FormData()
    form.append('note', 'hello')
    form.append('count', 2 as never)
    return form
  },
  parameters: () => new URLSearchParams({ a: '1', b: 'x y' }),
  buffer: () => bytes().buffer,
  view: () => new Uint8Array(new Uint8Array([9, ...bytes(), 9]).buffer, 1, 5),
}

export type BodyKind = keyof typeof bodies

export const makeBody = (kind: BodyKind) => bodies[kind]()
