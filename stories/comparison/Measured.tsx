import { DocsTable } from '../support/DocsTable.js'
import { comparisonCells, comparisonHead, type Comparison } from './figures.js'
import measured from './figures.json' with { type: 'json' }

const { scenarios, claims, command, machine, measuredAt, versions } = measured as Comparison

/** Every figure of the run that is kept in `figures.json`. */
export function Figures() {
  return scenarios.map((scenario) => (
    <section key={scenario.id}>
      <h3 id={scenario.id}>{scenario.title.replaceAll('`', '')}</h3>
      <DocsTable head={comparisonHead} rows={comparisonCells(scenario)} />
    </section>
  ))
}

/** List of the checks at the end of the run. */
export function Claims() {
  return (
    <ul>
      {claims.map(({ text, holds }) => (
        <li key={text}>
          {text}: {holds ? 'yes' : <strong>no</strong>}
        </li>
      ))}
    </ul>
  )
}

/** Shows the command, versions, machine and date of the figures. */
export function Provenance() {
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return (
    <p>
      Made by <code>{command}</code> on <time dateTime={measuredAt}>{measuredAt.slice(0, 10)}</time>
      , on {machine}, with {used.join(', ')}.
    </p>
  )
}
