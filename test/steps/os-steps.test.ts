import { describe, expect, it } from 'vitest'
import type { Probe } from '../../src/core/probe.ts'
import type { AnyStep } from '../../src/core/step.ts'
import { kernelModule } from '../../src/facts/module.ts'
import { dpkgTroubles, policyLeftBehind } from '../../src/facts/package.ts'
import { routeTo } from '../../src/facts/route.ts'
import { unit } from '../../src/facts/unit.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import { wantedPackages } from '../../src/steps/_install.ts'
import hostRoutes from '../../src/steps/host-routes.ts'
import hosts from '../../src/steps/hosts.ts'
import kernelModules from '../../src/steps/kernel-modules.ts'
import logrotate from '../../src/steps/logrotate.ts'
import packages from '../../src/steps/packages.ts'
import servicesOff from '../../src/steps/services-off.ts'
import timeSync from '../../src/steps/time-sync.ts'
import { known } from './ha-fixture.ts'
import { diffOn, example, unread } from './os-harness.ts'

describe('a deployed node is in sync', () => {
  it.each(
    [timeSync, hosts, packages, servicesOff, hostRoutes, kernelModules, logrotate].map(
      step => [step.id, step] as const,
    ),
  )('%s', (_, step) => {
    expect(diffOn(step, 'deployed')).toEqual({ kind: 'in-sync' })
  })
})

describe('what cannot be read is refused', () => {
  const cases: readonly (readonly [string, AnyStep, Probe<unknown>, string])[] = [
    ['packages', packages, wantedPackages(example), 'unknown-packages'],
    ['dpkg', packages, dpkgTroubles, 'unknown-packages'],
    ['policy-rc.d', packages, policyLeftBehind, 'unknown-packages'],
    ['time', timeSync, unit('chrony.service'), 'unknown-time'],
    ['hosts', hosts, ownedFile(example, '/etc/hosts'), 'unknown-file'],
    ['services', servicesOff, unit('nfs-server.service'), 'unknown-unit'],
    ['routes', hostRoutes, routeTo('172.16.0.211'), 'unknown-route'],
    ['route unit', hostRoutes, unit('nfsha-routes.service'), 'unknown-route'],
    ['module', kernelModules, kernelModule('drbd'), 'unknown-module'],
    ['timer', logrotate, unit('logrotate.timer'), 'unknown-unit'],
  ]
  it.each(cases)('%s', (_, step, probe, id) => {
    const diff = diffOn(step, 'deployed', [known(probe, unread)])
    expect(diff).toMatchObject({ kind: 'refusal', id, reason: expect.stringContaining('I/O error') })
  })
})
