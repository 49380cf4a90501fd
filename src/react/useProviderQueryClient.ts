'use client'
import { QueryClient, QueryClientContext } from '@tanstack/react-query'
import { useContext, useState } from 'react'

/** Returns the given query client, else the nearest one, else a new one, so no provider is required. */
export function useProviderQueryClient(given: QueryClient | undefined): QueryClient {
  const nearest = useContext(QueryClientContext)
  const [getOwn] = useState(lazyQueryClient)
  return given ?? nearest ?? getOwn()
}

function lazyQueryClient(): () => QueryClient {
  let own: QueryClient | undefined
  return () => (own ??= new QueryClient())
}
