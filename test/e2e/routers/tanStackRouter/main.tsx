import { RouterProvider } from '@tanstack/react-router'
import { createChatRouter } from '../../../../stories/routers/recipes/tanStackRouter.js'
import { SignIn, start } from '../start.js'

start((auth) => {
  const router = createChatRouter(auth, SignIn)
  return {
    element: <RouterProvider router={router} />,
    go: (path) => void router.navigate({ to: path }),
    holds() {
      const held: unknown[] = router.state.matches.map(({ loaderData }): unknown => loaderData)
      // A filter sees every page in the cache; this one removes none.
      const filter = ({ loaderData }: { loaderData?: unknown }) => held.push(loaderData) < 0
      router.clearCache({ filter })
      return JSON.stringify(held)
    },
  }
})
