import { expect, test } from 'vitest'
import { addressOf, isMarkup, isPageType, isParsedPage } from '../../../src/core/tools/webPage.js'

test.each([
  '<!DOCTYPE html><html>',
  '<!doctype html>',
  '\uFEFF \n<html lang="en">',
  '<HTML>',
  '<!-- of a proxy --><html>',
  '<?xml version="1.0"?><html>',
  '<head><meta http-equiv="refresh">',
  '<script>location = "/login"</script>',
  '<h1>403</h1>',
])('the text %j is a page by its form', (text) => expect(isMarkup(text)).toBe(true))

test.each(['', 'a.b.c', '{"token":"<html>"}', '< 5', 'see <html>', '<3 you'])(
  'the text %j is no page by its form',
  (text) => expect(isMarkup(text)).toBe(false),
)

test.each<[string | null, boolean]>([
  ['text/html', true],
  ['Text/HTML; charset=utf-8', true],
  ['application/xhtml+xml', true],
  ['text/htmlx', false],
  ['application/json', false],
  ['text/plain', false],
  [null, false],
])('the content type %j is that of a page: %s', (type, expected) => {
  expect(isPageType(type)).toBe(expected)
})

test('a JSON parser’s error over a page is recognised by its message, in any engine', () => {
  let thrown: unknown
  try {
    JSON.parse('<!DOCTYPE html>')
  } catch (error) {
    thrown = error
  }
  const others = [
    'Unexpected token < in JSON at position 0',
    "JSON Parse error: Unrecognized token '<'",
    'JSON Parse error: Unexpected character: <',
    'invalid json response body at /token reason: Unexpected token < in JSON',
  ]
  for (const error of [thrown, ...others.map((words) => new SyntaxError(words))]) {
    expect(isParsedPage(error)).toBe(true)
  }
  for (const error of [new SyntaxError("Unexpected token 'o'"), null, 'Unexpected token <', {}]) {
    expect(isParsedPage(error)).toBe(false)
  }
})

test.each<[string, string]>([
  ['https://app.test/login?next=%2Ftoken#top', 'https://app.test/login'],
  ['https://jane:secret@app.test/login', 'https://app.test/login'],
  ['//jane@app.test/login', '//app.test/login'],
  ['/chat/token?user_id=jane', '/chat/token'],
  ['https://app.test/login;jsessionid=1F', 'https://app.test/login'],
  ['https://app.test', 'https://app.test'],
  ['https://app.test/a@b', 'https://app.test/a@b'],
  [`/${'x'.repeat(500)}`, `/${'x'.repeat(199)}…`],
])('the address %s is shown as %s', (url, shown) => {
  expect(addressOf(url)).toBe(shown)
})
