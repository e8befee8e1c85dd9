import { describe, expect, it } from 'vitest'
import { bootedNode, guard } from './worlds.ts'

describe('the record', () => {
  it('counts promotions on the volume', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('srv/nfsha/.nfsha/generation', '41\n')
    await node.run('m1-m2', 'start')
    expect(node.read('srv/nfsha/.nfsha/generation')).toBe('42\n')
    expect(node.read(`${guard}/data.record`)).toBe(
      `state=active generation=42 connected=yes heartbeat=${process.pid} uuid=-\n`,
    )
    await node.run('m1-m2', 'stop')
    expect(node.read(`${guard}/data.record`)).toBe(
      `state=released generation=42 connected=yes heartbeat=${process.pid} uuid=-\n`,
    )
  })

  it.each(['', 'rubbish\n'])('begins again where the count is %j', async text => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('srv/nfsha/.nfsha/generation', text)
    await node.run('m1-m2', 'start')
    expect(node.read('srv/nfsha/.nfsha/generation')).toBe('1\n')
  })

  it('is no reason not to serve where there is no room for it', async () => {
    const node = bootedNode()
    node.write('var/lib/nfsha', 'in place of a directory\n')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.log().join('\n')).toMatch(
      /<28>nfsha: m1-m2 \S+guard cannot be made: this start is not recorded/,
    )
  })
})
