import { z } from 'zod'
import type { Params } from '../core/step.ts'

/** What a parameter may be: `disks` are ids as RESOURCE@NODE, `node` is a name of the inventory, `evidence` is what the command itself read. */
export type ParamKind = 'boolean' | 'text' | 'node' | 'disks' | 'evidence'

/** The kind of each parameter that a step may look at. */
const paramKinds: Readonly<Record<keyof Params, ParamKind>> = {
  allowDataLoss: 'disks',
  waitSync: 'boolean',
  to: 'node',
  hold: 'text',
  verify: 'text',
  upgrade: 'boolean',
  reboot: 'boolean',
  remove: 'boolean',
  discard: 'node',
  repair: 'text',
  evidence: 'evidence',
  copyTo: 'text',
  without: 'node',
  despiteClients: 'boolean',
  wipeMetadata: 'boolean',
  purgePackages: 'boolean',
}

const params = Object.fromEntries(
  Object.entries(paramKinds).map(([name, kind]) => [name, z.literal(kind).optional()]),
)

/**
 * What a playbook file says. `needs`: the hosts it works on, and which of them must answer: `both` nodes,
 * the `survivor` (one node is enough, the other one is left alone while it is silent), or `clients` (as
 * many as answer). `consent`: whether it asks before acting. `remembered`: whether the nodes keep a
 * summary of it; where they do not, a run that is done leaves no trace of nfsha but in their system log.
 */
export const playbookSchema = z.strictObject({
  title: z.string().min(1),
  needs: z.enum(['both', 'survivor', 'clients']),
  consent: z.boolean(),
  remembered: z.boolean().default(true),
  /** The parameters it takes from the command line, each with its kind. */
  params: z.strictObject(params).default({}),
  /** Step ids; `_*.ts` are shared modules and cannot be named. */
  steps: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'a step id is lower-case words with hyphens')).min(1),
})

export type PlaybookHeader = Readonly<Omit<z.infer<typeof playbookSchema>, 'steps'>>
