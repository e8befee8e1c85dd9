import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { Given } from '../../src/core/step.ts'
import { drbdAdjust, drbdModule } from '../../src/facts/drbd.ts'
import { expectedFile } from '../../src/facts/file.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import step from '../../src/steps/drbd-config.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { drbd } from './storage-fixture.ts'

const cluster = exampleCluster()
const [host, peer] = cluster.nodes
const [volume] = cluster.volumes as [(typeof cluster.volumes)[number]]
const given: Given<unknown> = {
  cluster,
  host,
  peer,
  params: { allowDataLoss: [], waitSync: false },
  render: createRender(templateLoader()),
  item: undefined,
}
const files = step.files?.(given) ?? []
const inPlace = Object.fromEntries(
  files.map(file => [file.path, expectedFile(file.path, file, cluster.secrets.salt)]),
)

const up = present(drbd('Connected Primary/Secondary UpToDate/UpToDate'))
const pending = (...lines: string[]) => present({ pending: lines })

function diff(facts: Readonly<Record<string, Fact<unknown>>>) {
  const side = {
    facts: {
      'hold marker': absent(),
      [drbdModule.id]: present({ loaded: true, version: '8.4.11' }),
      [drbdOf(cluster, volume).id]: up,
      [drbdAdjust(volume).id]: pending(),
      ...inPlace,
      ...facts,
    } as never,
  }
  return step.diff(given, { host, ...side }, { host: peer, ...side })
}

const drift = 'net-options (timeout 60, configured 25)'

describe('drbd-config', () => {
  it('owns the common file, which alone holds the secret, the handler, and one file a volume', () => {
    expect(files.map(({ path, mode }) => `${path} ${mode}`)).toEqual([
      '/etc/drbd.d/global_common.conf 0600',
      '/etc/drbd.d/nfsha-handler 0755',
      `/etc/drbd.d/${volume.name}.res 0644`,
    ])
    const withSecrets = files.filter(({ content }) => content.some(part => typeof part !== 'string'))
    expect(withSecrets.map(({ path }) => path)).toEqual(['/etc/drbd.d/global_common.conf'])
  })

  it('is in sync when files and run time agree', () => {
    expect(diff({})).toEqual({ kind: 'in-sync' })
  })

  it('mends an option that somebody changed at run time, and says which', () => {
    const change = diff({ [drbdAdjust(volume).id]: pending(drift) })
    if (change.kind !== 'change') throw new Error(change.kind)
    expect(change.summary).toBe(`adjust ${volume.name}: ${drift}`)
    expect(change.risk).toBe('safe')
    expect(change.actions).toMatchObject([{ kind: 'run', argv: ['drbdadm', 'adjust', volume.name] }])
    expect(change.expect.self?.map(({ fact }) => fact)).toEqual([pending()])
  })

  it.each(['disconnect', 'detach', 'del-minor'])('warns that `%s` disturbs clients', line =>
    expect(diff({ [drbdAdjust(volume).id]: pending(line) })).toMatchObject({ risk: 'disruptive' }),
  )

  it('adjusts what is up after it wrote a file, and only then', () => {
    const path = `/etc/drbd.d/${volume.name}.res`
    const actionsWith = (status: Fact<unknown>) => {
      const change = diff({ [path]: absent(), [drbdOf(cluster, volume).id]: status })
      return change.kind === 'change' ? change.actions.map(action => action.kind) : change.kind
    }
    expect(actionsWith(up)).toEqual(['run', 'put', 'run'])
    expect(actionsWith(absent())).toEqual(['run', 'put'])
  })

  it.each(['StandAlone Primary/Unknown UpToDate/DUnknown', 'Connected Primary/Secondary Diskless/UpToDate'])(
    'leaves one that is %s to the step that may connect or attach it',
    status => {
      const facts = {
        [drbdOf(cluster, volume).id]: present(drbd(status)),
        [drbdAdjust(volume).id]: pending('connect', 'attach'),
      }
      expect(diff(facts)).toEqual({ kind: 'in-sync' })
    },
  )

  it('takes a run time that could not be read for wrong', () => {
    expect(diff({ [drbdAdjust(volume).id]: unknown('drbd.d/x.res:3: Parse error') })).toMatchObject({
      kind: 'refusal',
      id: 'unknown-drbd-options',
      reason: expect.stringContaining('Parse error'),
    })
  })

  it.each(['9.2.11', '8.3.16'])('refuses a module of another dialect: %s', version => {
    expect(diff({ [drbdModule.id]: present({ loaded: true, version }) })).toMatchObject({
      kind: 'refusal',
      id: 'drbd-dialect',
      reason: expect.stringContaining(version),
    })
  })
})
