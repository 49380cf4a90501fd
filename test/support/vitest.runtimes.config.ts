import { defineConfig } from 'vitest/config'

/** `npm run test:runtimes`: the built package on other runtimes than Node, which npm brings as binaries. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/runtimes/**/*.test.ts'],
    testTimeout: 60_000,
    fileParallelism: false,
  },
})
