import { httpConnector } from '../../src/connectors/httpConnector.js'
import { describeConnector } from './contract.js'

describeConnector('httpConnector', (target) => httpConnector(target))
