import { defineConfig } from 'vitest/config'

// Generous: the lab is emulated and its host is shared; waits in the tests are on conditions.
const labRun = {
  testTimeout: 1_800_000,
  hookTimeout: 1_800_000,
  fileParallelism: false,
  bail: 0,
  sequence: { shuffle: false },
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // On the lab; files run in the order of their names, in one process after another.
          name: 'e2e-core',
          include: ['test/e2e/core/**/*.test.ts'],
          ...labRun,
        },
      },
      {
        test: { name: 'e2e-more', include: ['test/e2e/more/**/*.test.ts'], ...labRun },
      },
    ],
  },
})
