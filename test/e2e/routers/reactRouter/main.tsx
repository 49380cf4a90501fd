import { RouterProvider } from 'react-router/dom'
import { createChatRouter } from '../../../../stories/routers/recipes/reactRouter.js'
import { SignIn, start } from '../start.js'

start((auth) => {
  const router = createChatRouter(auth, <SignIn />)
  return {
    element: <RouterProvider router={router} />,
    go: (path) => void router.navigate(path),
    holds: () => JSON.stringify([router.state.loaderData, router.state.actionData]),
  }
})
