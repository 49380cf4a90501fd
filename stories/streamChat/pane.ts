import { createContext, useContext } from 'react'

/** Visible pane on a narrow screen. */
export type Pane = 'list' | 'channel'

export const PaneContext = createContext<{
  readonly pane: Pane
  readonly setPane: (pane: Pane) => void
}>({ pane: 'channel', setPane: () => {} })

export const usePane = () => useContext(PaneContext)
