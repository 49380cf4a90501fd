'use client'
import { createContext } from 'react'
import { createBrowserEnvironment } from '../browser/createBrowserEnvironment.js'
import type { Environment } from '../core/environment.js'

/** Creates the environment of the platform: the browser's, unless an entry for another platform says so. */
export const PlatformContext = createContext<() => Environment>(createBrowserEnvironment)
