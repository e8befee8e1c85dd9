import { z } from 'zod'
import * as scalar from './scalars.ts'
import { parseTcpAddress } from './text.ts'

/* How two active nodes are prevented: who is asked, what is reset, and how a takeover begins. */

const deviceParameter = z
  .union([z.string(), z.int()])
  .transform(String)
  .superRefine((text, context) => {
    if (isReference(text) || /^[^\s#"'][^\s"']*$/.test(text)) return
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not one word without quotes`,
      params: {
        hint: 'STONITH plugins split their line at spaces, and quotes would mark a secret: write it without',
      },
    })
  })
  .describe('Its value, or for a secret a reference: env:NAME, file:PATH#KEY, command:COMMAND LINE.')

/** Names under which plugins take what nobody else may know. */
const secretParameter = /pass|secret|token|community|key$/i

/** Whether a parameter's value is a reference to a secret. */
export function isReference(value: string): boolean {
  return scalar.secretReference.safeParse(value).success
}

const device = z.strictObject({
  plugin: scalar
    .word(
      /^[a-z0-9_]+(\/[A-Za-z0-9_.-]+)?$/,
      'a STONITH plugin',
      'name it as `stonith -L` lists it: external/ipmi, apcmaster, meatware',
    )
    .describe('Its STONITH plugin, as `stonith -L` lists it: external/ipmi, apcmaster, meatware.'),
  params: z
    .record(z.string().regex(/^[A-Za-z0-9_-]+$/), deviceParameter)
    .superRefine((params, context) => {
      for (const [name, value] of Object.entries(params))
        if (secretParameter.test(name) && !isReference(value))
          context.addIssue({
            code: 'custom',
            path: [name],
            message: `the parameter ${name} of a STONITH device stands in the inventory itself`,
            params: { hint: 'write a reference: env:NAME, file:PATH#KEY or command:COMMAND LINE' },
          })
    })
    .describe('Its parameters by name, all of them, in the order of `stonith -t PLUGIN -n`.'),
  timeout: scalar
    .duration({ min: 1000, max: 3_600_000, step: 1000 })
    .prefault('60s')
    .describe(
      'One attempt may take so long. Default 60s: a management processor that is asked for a power cycle answers within half of that.',
    ),
})

const tcpWitness = z
  .string()
  .meta({ pattern: '^[0-9.]+:\\d+$' })
  .transform(scalar.read(parseTcpAddress))
  .describe('An address and port that accept a connection: 192.168.0.53:53.')

const witness = z
  .strictObject({
    ping: scalar
      .oneOrMore(scalar.address)
      .optional()
      .describe("Addresses outside the pair that answer pings. Default: heartbeat's ping nodes."),
    tcp: scalar
      .oneOrMore(tcpWitness)
      .prefault([])
      .describe(
        'ADDRESS:PORT that accept a TCP connection, of a server that matters to the clients, say. None by default: nobody else can know them.',
      ),
    tries: scalar
      .whole(1, 10)
      .prefault(3)
      .describe('A witness is asked so often, a second apart. Default 3: one lost packet decides nothing.'),
  })
  .prefault({})
  .describe(
    'Third parties that tell an isolated node from one whose peer is dead. A node needs more than half of them.',
  )

export const fencing = z
  .strictObject({
    mode: z
      .enum(['none', 'witness', 'stonith'])
      .prefault('none')
      .describe(
        'What keeps two nodes from being active. Default none: the promotion guard bounds what a split-brain costs, and nothing else is known of your network. witness: a node that lost its peer serves only while it reaches a third party. stonith: the peer is reset first; the only mode without a remainder.',
      ),
    witness,
    devices: z
      .record(scalar.hostName, scalar.oneOrMore(device))
      .prefault({})
      .describe(
        'For stonith: what resets each node, by its name; of several, the next is tried when one fails. None by default.',
      ),
    outdate: scalar.flag
      .prefault(true)
      .describe(
        'Ask a peer that only the replication link lost, over heartbeat (dopd), to call its own data outdated. Default on: that alone settles a cut replication link without a reset.',
      ),
    'isolated-reboot': z
      .union([z.literal('off'), z.literal(false), scalar.duration({ min: 5000, max: 3_600_000, step: 1000 })])
      .prefault('60s')
      .transform(value => (typeof value === 'number' ? value : undefined))
      .describe(
        'An active node whose writes are frozen because it cannot tell what its peer does resets itself after so long. Default 60s: longer than a switch takes to come back. off: it stays frozen until people look.',
      ),
    takeover: z
      .enum(['automatic', 'delayed', 'by-hand'])
      .prefault('automatic')
      .describe(
        'What the standby does when its peer is gone without having handed over. Default automatic. delayed: it waits takeover-delay, in which people may look. by-hand: it never takes over by itself.',
      ),
    'takeover-delay': scalar
      .duration({ min: 1000, max: 3_600_000, step: 1000 })
      .prefault('5min')
      .describe('For delayed. Default 5min: a person who is called can look.'),
  })
  .prefault({})
  .describe('How two active nodes are prevented.')
