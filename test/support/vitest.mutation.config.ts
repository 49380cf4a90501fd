import { defineConfig } from 'vitest/config'

/** What Stryker runs for every mutant of the core: its own tests, without browsers or servers. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/core/**/*.test.ts'],
    env: { FC_RUNS: '30', SCHEDULES: '400' },
    // Stryker has its own limit, by how long each test took.
    testTimeout: 120_000,
  },
})
