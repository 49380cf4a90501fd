import { version } from 'react'

/** Whether the tests run with React 19, which has what 18.3 has not: `<Activity>`, for one. */
export const isReact19 = version.startsWith('19.')
