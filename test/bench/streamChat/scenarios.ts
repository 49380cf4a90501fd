import type { Scenario } from './scenario.js'
import { providerFaults } from './scenarios/providerFaults.js'
import { react } from './scenarios/react.js'
import { refusedForEver } from './scenarios/refusedForEver.js'
import { revocation } from './scenarios/revocation.js'
import { rotation } from './scenarios/rotation.js'
import { sockets } from './scenarios/sockets.js'
import { switching } from './scenarios/switching.js'

/** In the order of the table. */
export const scenarios: readonly Scenario[] = [
  revocation,
  refusedForEver,
  providerFaults,
  switching,
  sockets,
  rotation,
  react,
]
