// For components, which import `react` but not `browser`.
export { isDevelopment } from '../browser/commonEnvironment.js'
