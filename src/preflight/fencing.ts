import { type Fact, factValue } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { type ReachFact, reach } from '../facts/reach.ts'
import { type StonithFact, stonithDevices } from '../facts/stonith.ts'
import { acceptsTcp } from '../facts/tcp.ts'
import { defineCheck, type Finding, fail, notKnown, ok, type Subject, warn } from './check.ts'

/** Every device that resets the other node is asked how it is; none is fired. */
export const fenceDevices = defineCheck({
  id: 'stonith',
  reads: ({ cluster, node }: Subject) =>
    Object.fromEntries(stonithDevices(cluster, node.name).map(({ probe }) => [probe.id, probe])),
  look({ cluster, node, peer }, facts) {
    return stonithDevices(cluster, node.name).map(({ device, probe }): Finding => {
      const what = `${device.plugin}, which resets ${peer.name}`
      const fact = facts[probe.id] as Fact<StonithFact>
      if (fact.state === 'absent') return ok(`${what}, is asked once its package is installed`)
      if (fact.state === 'unknown') return notKnown(what, fact)
      const { isWell, parameters } = fact.value
      const wanted = device.params.map(({ name }) => name)
      if (parameters.length === 0)
        return fail(
          `there is no STONITH plugin ${device.plugin}`,
          `\`stonith -L\` on ${node.name} lists those that there are`,
        )
      if (wanted.join(' ') !== parameters.join(' '))
        return fail(
          `${what}, takes the parameters ${parameters.join(', ')}, and the inventory has ${wanted.join(', ') || 'none'}`,
          'write all of them below params, in this order',
        )
      if (isWell === undefined) return ok(`${what}, is asked once it is deployed`)
      return isWell
        ? ok(`${what}, answers`)
        : fail(
            `${what}, does not answer or is not well: no takeover from ${peer.name} is possible`,
            `on ${node.name}: stonith -t external/nfsha hostlist=${peer.name} -S; then the device's power, network, address and password`,
          )
    })
  },
})

/** Both nodes must reach the witnesses while all is well, or they decide wrongly when it is not. */
export const witnesses = defineCheck({
  id: 'witness',
  reads: (subject: Subject) =>
    Object.fromEntries(witnessQuestions(subject).map(({ name, probe }) => [name, probe])),
  look(subject, facts) {
    return witnessQuestions(subject).map(({ name }): Finding => {
      const fact = facts[name] as Fact<ReachFact | boolean>
      const answer = factValue(fact)
      if (answer === undefined) return notKnown(`whether the witness ${name} answers`, fact)
      if (answer === true || (typeof answer === 'object' && answer.answers))
        return ok(`the witness ${name} answers`)
      return warn(
        `the witness ${name} does not answer`,
        `choose one that always answers ${subject.node.name}: without it a node that loses its peer counts itself as cut off`,
      )
    })
  },
})

interface WitnessQuestion {
  readonly name: string
  readonly probe: Probe<ReachFact> | Probe<boolean>
}

function witnessQuestions({ cluster: { fencing } }: Subject): readonly WitnessQuestion[] {
  if (fencing.mode === 'none') return []
  return [
    ...fencing.witness.pings.map(address => ({ name: address, probe: reach(address) })),
    ...fencing.witness.tcp.map(({ address, port }) => ({
      name: `${address}:${port}`,
      probe: acceptsTcp(address, port),
    })),
  ]
}
