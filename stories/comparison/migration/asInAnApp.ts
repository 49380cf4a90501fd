/** Code of this folder as an app writes it: with the package's name where these files have its source. */
export function asInAnApp(code: string): string {
  return code
    .replace(/'(\.\.\/)+src\/index\.js'/, "'react-chat-auth'")
    .replace(/'(\.\.\/)+src\/stream-chat\.js'/, "'react-chat-auth/stream-chat'")
    .replaceAll(/'\.\/(\w+)\.js'/g, "'./$1'")
    .trimEnd()
}
