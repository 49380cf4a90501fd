import Module from 'node:module'

/**
 * Before any module of React is loaded: whatever asks for it from CommonJS, Testing Library and React
 * DOM among them, gets the 18th. Vite's aliases do the same for what passes through Vite.
 */
interface ModuleInternals {
  _resolveFilename: (request: string, ...rest: unknown[]) => string
}
const internals = Module as unknown as ModuleInternals
const resolve = internals._resolveFilename
internals._resolveFilename = (request, ...rest) =>
  resolve(request.replace(/^(react|react-dom)(?=\/|$)/, '$1-18'), ...rest)
