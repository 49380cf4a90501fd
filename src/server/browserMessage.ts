/** Error message for a page that loads the server entry. */
export const browserMessage =
  "react-chat-auth/server was loaded in a browser. It signs with the API secret, which must never reach one: whoever reads it can be any user. Import it on the server only, and fetch tokens with httpTokenProvider. If this is a server: its bundler took the `browser` condition; set its platform or target, such as `bun build --target=bun` or esbuild's `--platform=node`, or its condition, such as `workerd`, `deno`, `fastly` or `netlify`."
