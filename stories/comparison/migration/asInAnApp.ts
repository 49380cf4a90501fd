/** Rewrites code of this folder as in an app, with the package's name in place of source paths. */
export function asInAnApp(code: string): string {
  return code
    .replace(/'(\.\.\/)+src\/index\.js'/, "'react-chat-auth'")
    .replace(/'(\.\.\/)+src\/stream-chat\.js'/, "'react-chat-auth/stream-chat'")
    .replace(/'(\.\.\/)+src\/stream-chat-react\.js'/, "'react-chat-auth/stream-chat-react'")
    .replaceAll(/'\.\.?\/(?:migration\/)?(\w+)\.js'/g, "'./$1'")
    .trimEnd()
}
