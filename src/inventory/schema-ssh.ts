import { z } from 'zod'
import * as scalar from './scalars.ts'

/* How hosts are reached by SSH. */

const sshFields = {
  port: scalar.port
    .optional()
    .describe("SSH port. Left to ~/.ssh/config and ssh's own default (22) when absent."),
  user: z
    .string()
    .min(1)
    .optional()
    .describe('Login name. Left to ~/.ssh/config, then the name of who runs nfsha.'),
  'identity-file': z
    .string()
    .min(1)
    .optional()
    .describe(
      "Private key: relative to the inventory's folder, or with ~. Left to ~/.ssh/config and the agent when absent.",
    ),
  'known-hosts-file': z
    .string()
    .min(1)
    .optional()
    .describe(
      "Host keys to trust: relative to the inventory's folder, or with ~. Default: ~/.ssh/known_hosts, as ssh.",
    ),
  become: scalar.flag
    .prefault(true)
    .describe(
      'Become root through sudo when the user is not root. Default true: nothing here works without root.',
    ),
  'become-password': scalar.secretReference
    .optional()
    .describe('Reference to the sudo password. Not needed where sudo asks for none (NOPASSWD).'),
  passphrase: scalar.secretReference
    .optional()
    .describe("Reference to the private key's passphrase, if no agent holds it."),
  password: scalar.secretReference.optional().describe('Reference to the login password. Keys are better.'),
  jump: z
    .string()
    .min(1)
    .optional()
    .describe('Jump host as ssh -J takes it: user@host:port, several separated by commas.'),
  'connect-timeout': scalar
    .duration({ min: 1000 })
    .prefault('15s')
    .describe(
      'How long to try to connect. Default 15s: patient with a loaded host, and still an answer before one wonders.',
    ),
  keepalive: scalar
    .duration({ min: 1000 })
    .prefault('10s')
    .describe(
      'Ask so often whether the link still lives; three misses end it. Default 10s, well below what firewalls forget after.',
    ),
} as const

const targetHint = 'write [user@]host[:port], or a mapping with host, port, user'
const targetPattern = /^(?:([^\s@:]+)@)?([^\s@:]+)(?::(\d{1,5}))?$/

/** `user@host:port` as a mapping. */
const sshShorthand = z
  .string()
  .meta({ pattern: targetPattern.source })
  .transform((text, context): WrittenTarget => {
    const [, user, host, port] = targetPattern.exec(text) ?? []
    if (host !== undefined) return { host, user, port: port === undefined ? undefined : Number(port) }
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not an SSH target`,
      params: { hint: targetHint },
    })
    return z.NEVER
  })

interface WrittenTarget {
  readonly host?: string | undefined
  readonly user?: string | undefined
  readonly port?: number | undefined
}

const sshMapping = z.strictObject({
  host: z
    .string()
    .min(1)
    .optional()
    .describe('Name or address to connect to. Default: the name of the host in this inventory.'),
  ...sshFields,
  become: scalar.flag.optional().describe('As the top-level ssh.become, which is the default.'),
  'connect-timeout': scalar
    .duration({ min: 1000 })
    .optional()
    .describe('As the top-level ssh.connect-timeout, which is the default.'),
  keepalive: scalar
    .duration({ min: 1000 })
    .optional()
    .describe('As the top-level ssh.keepalive, which is the default.'),
})

/** What a host's own `ssh:` may say: anything it does not say comes from the top-level `ssh:`. */
export const sshOfHost = z
  .union([sshShorthand.pipe(sshMapping), sshMapping])
  .optional()
  .describe('How to reach this host: user@host:port, or a mapping. Never a VIP: that moves.')

export const ssh = z
  .strictObject(sshFields)
  .prefault({})
  .describe('How to reach all hosts; a host may say otherwise. ~/.ssh/config is honoured.')
