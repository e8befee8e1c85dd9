import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { shown } from './tree.ts'
import { variants } from './variants.ts'

const drivers = { '8.4': '8.4.11', '9': '9.2.0' } as const

/** What the real drbdadm makes of a configuration: its dump, or what it complains of. */
function dump(
  config: string,
  dialect: keyof typeof drivers,
  node: string,
): { code: number | null; text: string } {
  const directory = mkdtempSync(join(tmpdir(), 'nfsha-drbd-'))
  const file = join(directory, 'drbd.conf')
  // The addresses are not this machine's.
  writeFileSync(file, config.replace('usage-count no;', 'usage-count no; disable-ip-verification;'))
  const env = {
    ...process.env,
    PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
    DRBD_DRIVER_VERSION_OVERRIDE: drivers[dialect],
    __DRBD_NODE__: node,
  }
  const { error, status, stdout, stderr } = spawnSync('drbdadm', ['-c', file, 'dump'], {
    env,
    encoding: 'utf8',
  })
  rmSync(directory, { recursive: true })
  if (error !== undefined)
    throw new Error('drbdadm is needed here: apt-get install --no-install-recommends drbd-utils', {
      cause: error,
    })
  return { code: status, text: `${stdout}${stderr}` }
}

function configOf(cluster: Cluster): string {
  return [
    shown('etc/drbd.d/global_common.conf', cluster),
    ...cluster.volumes.map(volume => shown('etc/drbd.d/resource.res', cluster, cluster.nodes[0], volume)),
  ].join('')
}

const example = exampleCluster()
const clusters = Object.entries(variants).flatMap(([name, cluster]) =>
  (['8.4', '9'] as const).map(dialect => ({
    name,
    dialect,
    cluster: { ...cluster, platform: { ...cluster.platform, drbdDialect: dialect } },
  })),
)

describe('the real drbdadm', () => {
  it.each(clusters)('takes $name in the dialect of $dialect', ({ cluster, dialect }) => {
    for (const node of cluster.nodes) {
      const { code, text } = dump(configOf(cluster), dialect, node.name)
      expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' })
      for (const volume of cluster.volumes) expect(text).toContain(`resource ${volume.name} {`)
    }
  })

  it.each([
    ['8.4', '9'],
    ['9', '8.4'],
  ] as const)('refuses the fencing of %s in the dialect of %s', (written, read) => {
    const cluster = exampleCluster({
      platform: { ...example.platform, drbdDialect: written },
      drbd: { ...example.drbd, fencing: 'resource-only' },
    })
    expect(dump(configOf(cluster), read, cluster.nodes[0].name).code).toBe(10)
  })
})

describe('global_common.conf', () => {
  it('counts in the units of drbd.conf(5)', () => {
    const text = shown(
      'etc/drbd.d/global_common.conf',
      exampleCluster({
        drbd: {
          ...example.drbd,
          timeoutMs: 2500,
          pingTimeoutMs: 300,
          pingIntMs: 3000,
          connectIntMs: 7000,
          cMaxRate: 512,
        },
      }),
    )
    for (const line of [
      'timeout 25;',
      'ping-timeout 3;',
      'ping-int 3;',
      'connect-int 7;',
      'c-max-rate 512k;',
    ])
      expect(text).toContain(`\t\t${line}\n`)
  })

  it('asks for no authentication where there is no secret', () => {
    const { sharedSecret: _, ...drbd } = example.drbd
    const text = shown('etc/drbd.d/global_common.conf', exampleCluster({ drbd }))
    expect(text).not.toMatch(/cram-hmac-alg|shared-secret/)
  })

  it('lets heartbeat outdate the peer where fencing is asked for', () => {
    const fencing = variants.fencing
    if (fencing === undefined) throw new TypeError('a variant has fencing')
    expect(shown('etc/drbd.d/global_common.conf', fencing)).toContain(
      'fence-peer "/etc/drbd.d/nfsha-fence-peer";',
    )
    expect(shown('etc/ha.d/ha.cf', fencing)).toContain(
      'respawn root /usr/libexec/heartbeat/dopd\napiauth dopd uid=root gid=haclient\n',
    )
  })
})

describe('a resource', () => {
  it('numbers the nodes for DRBD 9 only', () => {
    const res = (dialect: '8.4' | '9') => {
      const cluster = exampleCluster({ platform: { ...example.platform, drbdDialect: dialect } })
      return shown('etc/drbd.d/resource.res', cluster, cluster.nodes[0], cluster.volumes[0])
    }
    expect(res('9')).toMatch(/node-id 0;[\s\S]*node-id 1;/)
    expect(res('8.4')).not.toContain('node-id')
  })

  it('is the same on both nodes', () => {
    const [first, second] = example.nodes.map(node =>
      shown('etc/drbd.d/resource.res', example, node, example.volumes[0]),
    )
    expect(first).toBe(second)
  })

  it('is only rendered for a volume of the cluster', () => {
    expect(() => shown('etc/drbd.d/resource.res', example)).toThrow(TypeError)
  })
})
