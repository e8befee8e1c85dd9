import { describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import { controllerAddress, routeTo } from '../../src/facts/route.ts'
import hostRoutes from '../../src/steps/host-routes.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { known } from './ha-fixture.ts'
import { changeOf, commands, diffOn, unread } from './os-harness.ts'

describe('host-routes', () => {
  const setUp = [
    'put /etc/systemd/system/nfsha-routes.service',
    'systemctl --no-ask-password daemon-reload',
    'systemctl --no-ask-password enable nfsha-routes.service',
    'systemctl --no-ask-password restart nfsha-routes.service',
  ]
  it('are set up on a blank node', () => {
    expect(commands(diffOn(hostRoutes, 'blank'))).toEqual(setUp)
  })
  it('are mended when one was removed by hand', () => {
    const changed = [
      known(routeTo('172.16.0.211'), present({ nic: 'em2', source: '172.16.0.210', hasHostRoute: false })),
    ]
    expect(commands(diffOn(hostRoutes, 'deployed', changed))).toEqual(setUp.slice(1))
  })
  it('are mended when another route leads elsewhere', () => {
    const changed = [
      known(
        routeTo('172.16.0.211'),
        present({ nic: 'em1', gateway: '192.168.0.1', source: '192.168.0.210', hasHostRoute: true }),
      ),
    ]
    expect(changeOf(diffOn(hostRoutes, 'deployed', changed)).summary).toContain('172.16.0.211 over em2')
  })
  it('are refused over the controller, but not once they are there', () => {
    const controller = [known(controllerAddress, present('172.16.0.211'))]
    expect(diffOn(hostRoutes, 'blank', controller)).toMatchObject({
      kind: 'refusal',
      id: 'route-covers-controller',
    })
    expect(diffOn(hostRoutes, 'deployed', controller)).toEqual({ kind: 'in-sync' })
  })
  it('are refused while the controller is not known', () => {
    expect(diffOn(hostRoutes, 'blank', [known(controllerAddress, unread)])).toMatchObject({
      kind: 'refusal',
      id: 'unknown-route',
    })
  })
  it('go when they are switched off', () => {
    const off = exampleCluster({ hostRoutes: {} })
    expect(diffOn(hostRoutes, 'blank', [], off)).toEqual({ kind: 'in-sync' })
    expect(commands(diffOn(hostRoutes, 'deployed', [], off))).toEqual([
      'systemctl --no-ask-password disable --now nfsha-routes.service',
      'rm -f /etc/systemd/system/nfsha-routes.service',
      'systemctl --no-ask-password daemon-reload',
    ])
  })
})
