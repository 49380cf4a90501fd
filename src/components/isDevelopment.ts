declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Whether this is a development build. A bundler replaces the expression; without one, it throws. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV === 'development'
  } catch {
    return false
  }
}
