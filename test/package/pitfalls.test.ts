import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fieldCases } from '../../stories/reliability/field.js'
import { identityPitfalls, tokenPitfalls } from '../../stories/reliability/pitfalls.js'

const pitfalls = [...tokenPitfalls, ...identityPitfalls]
const field = fieldCases.map(({ situation, tests }) => ({ elsewhere: situation, tests }))
const claims = [...pitfalls, ...field].flatMap(({ elsewhere, tests }) =>
  Object.entries(tests).flatMap(([file, titles]) =>
    titles.map((title) => ({ elsewhere, file, title })),
  ),
)

describe('the page on reliability', () => {
  it.each(claims)('names for "$elsewhere" a test that exists: $title', ({ file, title }) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
    const titles = [...source.matchAll(/\(\s*(['"`])(.*?)\1,/g)].map((match) => match[2])
    expect(titles).toContain(title)
  })

  it('names a test for every pitfall, and for every case met in the field', () => {
    for (const { tests } of [...pitfalls, ...field]) {
      expect(Object.values(tests).flat()).not.toEqual([])
    }
  })
})
