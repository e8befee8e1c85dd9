import type { Cluster } from '../core/cluster.ts'
import { absent, type Fact } from '../core/fact.ts'
import { characterDevice } from '../facts/device.ts'
import { kernelModule } from '../facts/module.ts'
import { defineCheck, type Finding, fail, notKnown, ok, orOk, type Subject, warn } from './check.ts'

const watchdogDevice = '/dev/watchdog'

/** Serial ports of heartbeat's media, each once. */
function serialPorts({ heartbeat }: Cluster): readonly string[] {
  return [...new Set(heartbeat.media.flatMap(medium => (medium.kind === 'serial' ? [medium.device] : [])))]
}

/**
 * Devices that heartbeat opens. It goes on without a watchdog that is missing and says nothing, so
 * that only a check tells; a missing serial port ends it.
 */
export const devices = defineCheck({
  id: 'devices',
  reads: ({ cluster }: Subject) => ({
    softdog: kernelModule('softdog'),
    watchdog: characterDevice(watchdogDevice),
    ...Object.fromEntries(serialPorts(cluster).map(path => [path, characterDevice(path)])),
  }),
  look({ cluster, node }, facts): readonly Finding[] {
    // `reads` asked characterDevice under each port's path.
    const ports = facts as Readonly<Record<string, Fact<'there'>>>
    const serial = serialPorts(cluster).map((path): Finding => {
      const fact = ports[path] ?? absent()
      if (fact.state === 'unknown') return notKnown(path, fact)
      return fact.state === 'present'
        ? ok(`serial port ${path} is there`)
        : fail(
            `there is no serial port ${path}`,
            `name the right one for ${node.name} in the inventory (dmesg | grep tty)`,
          )
    })
    const { watchdog: wanted } = cluster.heartbeat
    const fact = wanted === 'softdog' ? facts.softdog : facts.watchdog
    const what = wanted === 'softdog' ? 'the module softdog' : watchdogDevice
    const dog =
      wanted === 'off' || fact.state === 'present'
        ? []
        : fact.state === 'unknown'
          ? [notKnown(what, fact)]
          : [
              warn(
                `heartbeat is to feed a watchdog, but ${what} is not there: it goes on without one`,
                'load the driver of the hardware watchdog, use softdog (package linux-image-amd64), or set watchdog: off',
              ),
            ]
    return orOk([...serial, ...dog], 'heartbeat needs no device here that is missing')
  },
})
