// Recipes import the package by its name, which leads to `dist`. The compiler is shown the source, so
// that it needs no build first.
declare module 'react-chat-auth/server' {
  type Package = typeof import('../../../src/server.js')
  export const createTokenHandler: Package['createTokenHandler']
  export const toNodeHandler: Package['toNodeHandler']
}

// Its own types declare another `request.session` than those of cookie-session.
declare module 'express-session'
