import { createContext, useContext } from 'react'

/** What is seen where there is no room for both. */
export type Pane = 'list' | 'channel'

export const PaneContext = createContext<{
  readonly pane: Pane
  readonly setPane: (pane: Pane) => void
}>({ pane: 'channel', setPane: () => {} })

export const usePane = () => useContext(PaneContext)
