import { chatAuthErrors } from '../../src/index.js'
import { DocsTable } from '../support/DocsTable.js'

const head = ['Code', 'What happened', 'What to do', 'Try again?']

/** Table of all error codes, from the same source as the errors. */
export function ErrorTable() {
  const rows = Object.entries(chatAuthErrors).map(([code, { message, remedy, retryable }]) => [
    `\`${code}\``,
    message,
    remedy,
    retryable ? 'may help' : 'no',
  ])
  return <DocsTable head={head} rows={rows} idOf={([code = '']) => code.replaceAll('`', '')} />
}
