import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { describeConnector } from '../contract.js'

describeConnector('httpConnector', (target) => httpConnector(target))
