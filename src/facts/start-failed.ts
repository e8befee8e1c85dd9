import { present, unknown } from '../core/fact.ts'
import { startFailedRecord } from '../core/group-command.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { linesOf, look } from './looks.ts'

/** The last start of the group on this node, where it failed. */
export interface StartFailure {
  /** `guard`, `promote`, `mount`, `client-database`, `nfsd`, `vip`. */
  readonly phase: string
  /** What the tools said. */
  readonly reason: string
}

/** Whether the last start of the group here failed since this node booted, and why; absent where none did. */
export const startFailure: Probe<StartFailure> = Object.freeze<Probe<StartFailure>>({
  id: 'start-failed',
  ...look(`[ -e ${startFailedRecord} ] || return ${exitAbsent}\n${linesOf(startFailedRecord)}`),
  parse: ({ stdout }) => {
    const said = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(stdout)?.[1]
    const [phase, reason] = [said('phase'), said('reason')]
    return phase === undefined || reason === undefined
      ? unknown('the record of the start is cut short')
      : present({ phase, reason })
  },
  deadlineMs: 60_000,
  maxBytes: 4096,
})
