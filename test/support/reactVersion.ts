import { version } from 'react'

/** Whether the tests run with React 19, which adds features such as `<Activity>`. */
export const isReact19 = version.startsWith('19.')
