import { expect, test } from 'vitest'
import { logReader } from '../../src/cli/read-logs.ts'
import { present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Survey } from '../../src/executor/survey.ts'
import { mergeLogs } from '../../src/report/log-merge.ts'

const secret = new Secret('drbd', 'not-to-be-seen')

/** What a reader makes of a line of the journal. */
async function read(text: string): Promise<string | undefined> {
  const line = { atMs: 0, source: 'journal', program: 'drbdadm', priority: 3, text }
  const answer = ({ id }: Probe<unknown>) => [
    id,
    present({ lines: id.startsWith('log-journal') ? [line] : [], cut: false }),
  ]
  const survey = {
    read: async (probes: Readonly<Record<string, readonly Probe<unknown>[]>>) => ({
      facts: Object.fromEntries(
        Object.entries(probes).map(([host, asked]) => [host, Object.fromEntries(asked.map(answer))]),
      ),
    }),
    session: () => Promise.reject(new Error('none')),
  } as unknown as Survey
  const cluster = { secrets: { all: [secret] } } as unknown as Parameters<typeof logReader>[2]
  const { logs } = await logReader(survey, ['m1'], cluster, 1000).read()
  return mergeLogs(logs)[0]?.text
}

test.each([
  // As drbdadm logs a command of its own that failed.
  [
    "Command 'drbdsetup-84 connect 0 --shared-secret=not-to-be-seen --cram-hmac-alg=sha1' terminated with exit code 10",
    "Command 'drbdsetup-84 connect 0 --shared-secret=<secret drbd> --cram-hmac-alg=sha1' terminated with exit code 10",
  ],
  [
    'drbdsetup-84 connect --shared-secret=the-one-before 0',
    'drbdsetup-84 connect --shared-secret=<secret> 0',
  ],
  ["connect --shared-secret='one'\\''s own' 0", 'connect --shared-secret=<secret> 0'],
  ['got not-to-be-seen', 'got <secret drbd>'],
  ['drbd data: conn( WFConnection -> Connected )', 'drbd data: conn( WFConnection -> Connected )'],
])('a line of a log has no secret: %s', async (text, shown) => {
  expect(await read(text)).toBe(shown)
})
