import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import { keytab } from '../../src/facts/keytab.ts'
import { netgroup } from '../../src/facts/netgroup.ts'
import { runProbe } from './run-probe.ts'

const directory = mkdtempSync(join(tmpdir(), 'nfsha-keytab-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** The beginning of a keytab: its version, and an entry for a principal of two parts (MIT's format 0x502). */
function keytabOf(service: string): Buffer {
  const counted = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)])
  const entry = [Buffer.from([0, 2]), ...['EXAMPLE.NET', service, 'nfs.example.net'].map(counted)]
  return Buffer.concat([Buffer.from([5, 2, 0, 0, 0, 64]), ...entry])
}

/** What the probe finds with this file as the keytab, and these programs beside grep. */
function found(content: Buffer | undefined, programs: readonly string[] = []) {
  const [file, bin] = [join(directory, 'krb5.keytab'), join(directory, 'bin')]
  for (const each of [file, bin]) rmSync(each, { force: true, recursive: true })
  mkdirSync(bin)
  if (content !== undefined) writeFileSync(file, content)
  for (const name of programs) writeFileSync(join(bin, name), '#!/bin/sh\n', { mode: 0o755 })
  const script = keytab.script.replaceAll('/etc/krb5.keytab', file)
  return runProbe({ ...keytab, script }, 'sh', `${bin}:/usr/bin:/bin`)
}

describe('a keytab', () => {
  it.each([
    [undefined, [], absent()],
    [keytabOf('nfs'), [], present({ hasNfs: true, isAnswered: true })],
    [keytabOf('host'), [], present({ hasNfs: false, isAnswered: true })],
    [keytabOf('nfs'), ['exportfs'], present({ hasNfs: true, isAnswered: false })],
    [keytabOf('nfs'), ['exportfs', 'rpc.svcgssd'], present({ hasNfs: true, isAnswered: true })],
    [keytabOf('nfs'), ['exportfs', 'gssproxy'], present({ hasNfs: true, isAnswered: true })],
  ])('%#', (content, programs, fact) => {
    expect(found(content, programs)).toEqual(fact)
  })
})

describe('a netgroup', () => {
  it.each([
    [0, present(true)],
    [2, absent()],
    [124, { state: 'unknown', reason: 'no directory server answers' }],
    [1, { state: 'unknown', reason: 'getent ended with 1' }],
  ])('for which getent ends with %i', (code, fact) => {
    const probe = netgroup('trusted')
    expect(runProbe({ ...probe, script: `timeout() { return ${code}; }\n${probe.script}` })).toEqual(fact)
  })
})
