const { FC_RUNS, FC_SEED, FC_PATH } = process.env

/** Options of fast-check: `FC_RUNS` searches further, `FC_SEED` and `FC_PATH` replay one failure. */
export const fuzzParameters = (numRuns: number) => ({
  numRuns: Number(FC_RUNS ?? numRuns),
  ...(FC_SEED ? { seed: Number(FC_SEED) } : {}),
  ...(FC_PATH ? { path: FC_PATH } : {}),
})
