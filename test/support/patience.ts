import { configure } from '@testing-library/dom'

// A limit is for what never comes: on a slow core much is merely slow.
configure({ asyncUtilTimeout: 30_000 })
