import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files in the order of their names: on the lab, each takes up the snapshot that the one before it left. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
  }
}

// Generous: the lab is emulated and its host is shared; waits in the tests are on conditions.
const labRun = {
  testTimeout: 1_800_000,
  hookTimeout: 1_800_000,
  fileParallelism: false,
}

export default defineConfig({
  test: {
    sequence: { sequencer: ByName },
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
