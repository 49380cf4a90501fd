/** As it was when it was put aside: the storage itself holds it, where no session looks. */
const aside = 'put aside'

const each = (storage: Map<string, string>, edit: (value: string) => string) => {
  for (const [key, value] of storage) if (key !== aside) storage.set(key, edit(value))
}

type Edit = (storage: Map<string, string>) => void

/** What any script of the origin may do to the storage, but for telling a lie that it has made up with care. */
export const storageEdits: readonly [string, Edit][] = [
  ['clear', (storage) => storage.clear()],
  ['empty', (storage) => each(storage, () => '')],
  ['edit to nothing', (storage) => each(storage, () => 'null')],
  ['edit to an object', (storage) => each(storage, () => '{"stays":["a-1","b-0"]}')],
  [
    'edit the stays in',
    (storage) =>
      each(storage, (value) => value.replace(/"stays":\[.*?\]/, '"stays":["zz-9","yy-8"]')),
  ],
  [
    'put back',
    (storage) => {
      const before = storage.get(aside) ?? JSON.stringify([...storage])
      for (const [key, value] of JSON.parse(before) as [string, string][]) storage.set(key, value)
      storage.set(aside, before)
    },
  ],
]
