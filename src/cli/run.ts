import { move } from './move/move.js'
import type { Terminal } from './terminal.js'

interface Command {
  usage: string
  summary: string
  /** Returns the exit code, or throws an `Error` whose message is for the person at the terminal. */
  run(args: string[], terminal: Terminal): Promise<number>
}

const commands = new Map<string, Command>([
  [
    'move',
    {
      usage: 'move <file|folder> [--dry]',
      summary: 'moves components from the bare stream-chat client to useCreateChatClient',
      run: move,
    },
  ],
])

/** Runs `react-chat-auth` with these arguments. Returns the exit code: 0 without an error, else 1. */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  const [name = '--help', ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') return printHelp(terminal)
  const command = commands.get(name)
  if (!command) {
    terminal.error(`There is no command '${name}'. \`npx react-chat-auth --help\` lists them.`)
    return 1
  }
  if (rest.some((arg) => arg === '--help' || arg === '-h')) return printHelp(terminal)
  try {
    return await command.run(rest, terminal)
  } catch (error) {
    terminal.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}

function printHelp({ out }: Terminal): number {
  out('Usage: npx react-chat-auth <command>\n')
  for (const { usage, summary } of commands.values()) out(`  ${usage}\n      ${summary}`)
  return 0
}
