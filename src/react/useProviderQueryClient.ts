'use client'
import { QueryClient, QueryClientContext } from '@tanstack/react-query'
import { useContext, useState } from 'react'

/** The query client given, else the nearest one, else one of our own: no second provider is needed. */
export function useProviderQueryClient(given: QueryClient | undefined): QueryClient {
  const nearest = useContext(QueryClientContext)
  const [getOwn] = useState(lazyQueryClient)
  return given ?? nearest ?? getOwn()
}

function lazyQueryClient(): () => QueryClient {
  let own: QueryClient | undefined
  return () => (own ??= new QueryClient())
}
