import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { createTokenHandler, toNodeHandler } from 'react-chat-auth/server'

passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user: Express.User, done) => done(null, user))
const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  authenticate: (_, { user }: express.Request) => (user as { id?: string } | undefined)?.id,
})
export const app = express()
  .use(session({ secret: process.env['SESSION_SECRET']!, resave: false, saveUninitialized: false }))
  .use(passport.session())
  // Replace by your own strategies.
  .post('/sign-in', express.json(), (request, response, next) =>
    request.body.password === process.env['DEMO_PASSWORD']
      ? request.login({ id: request.body.userId }, (error) =>
          error ? next(error) : response.sendStatus(204),
        )
      : response.sendStatus(401),
  )
  .all('/chat/token', toNodeHandler(tokens))
