import { render } from '@testing-library/react'
import { createElement, version } from 'react'
import { version as domVersion } from 'react-dom'
import { version as serverVersion } from 'react-dom/server'
import { expect, test } from 'vitest'

test('the tests of a project run with one React, of the version that the project is for', () => {
  const major = process.env['REACT_MAJOR'] ?? '19'
  expect(version.split('.')[0]).toBe(major)
  expect([domVersion, serverVersion]).toEqual([version, version])
  // Testing Library resolves React by itself, and would fail with another version.
  expect(render(createElement('p', null, version)).container.textContent).toBe(version)
})
