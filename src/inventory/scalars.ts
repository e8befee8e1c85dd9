import { z } from 'zod'
import { type Parsed, parseAddress, parseCidr, parseDuration, parsePath, parseSize } from './text.ts'

/* The parsers of text.ts as zod types: what the user writes goes in, the value in its unit comes out. */

// An inventory is parsed once: to compile its parsers first, as zod does unless told, takes longer.
z.config({ jitless: true })

/** Runs a text parser in zod; the flaw's hint travels in the issue's params. */
export function read<T>(parse: (text: string) => Parsed<T>) {
  return (input: string | number, context: z.RefinementCtx): T => {
    const parsed = parse(String(input))
    if ('value' in parsed) return parsed.value
    context.addIssue({ code: 'custom', message: parsed.flaw, params: { hint: parsed.hint } })
    return z.NEVER
  }
}

/** Refuses numbers outside [min, max] and off the step, in the words of `show`. */
function within(limits: { min?: number; max?: number; step?: number }, show: (value: number) => string) {
  return (value: number, context: z.RefinementCtx): number => {
    const { min = 0, max = Number.MAX_SAFE_INTEGER, step = 1 } = limits
    const message =
      value < min
        ? `${show(value)} is below the least allowed, ${show(min)}`
        : value > max
          ? `${show(value)} is above the most allowed, ${show(max)}`
          : value % step !== 0
            ? `${show(value)} is not a multiple of ${show(step)}`
            : undefined
    if (message === undefined) return value
    context.addIssue({ code: 'custom', message, params: { hint: 'choose a value within the limits' } })
    return z.NEVER
  }
}

export const showMs = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`)

/** A time; milliseconds come out. Limits are in milliseconds too. */
export function duration(limits: { min?: number; max?: number; step?: number } = {}) {
  return z
    .union([z.number(), z.string().meta({ pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|min|h)?$' })])
    .transform(read(parseDuration))
    .transform(within(limits, showMs))
}

/** A size; bytes come out. `plain` is what a number without a unit counts, in bytes. */
export function size(limits: { min?: number; max?: number } = {}, plain = 1) {
  return z
    .union([z.number(), z.string().meta({ pattern: '^\\d+\\s*[kKmMgG]?([iI]?[bB])?$' })])
    .transform(read(text => parseSize(text, plain)))
    .transform(within(limits, value => `${value} bytes`))
}

/** A transfer rate a second; KiB come out, and a number without a unit is KiB, as in drbd.conf(5). */
export function rate(limits: { min?: number; max?: number } = {}) {
  return size({}, 1024)
    .transform(bytes => Math.floor(bytes / 1024))
    .transform(within(limits, value => `${value} KiB/s`))
}

/** A yes-or-no: YAML's true and false, and heartbeat's on, off, yes, no. */
export const flag = z
  .union([z.boolean(), z.enum(['on', 'off', 'yes', 'no'])])
  .transform(value => value === true || value === 'on' || value === 'yes')

export const address = z.string().transform(read(parseAddress))
export const cidr = z.string().meta({ pattern: '^[0-9.]+/\\d{1,2}$' }).transform(read(parseCidr))
export const path = z.string().meta({ pattern: '^/' }).transform(read(parsePath))

/** A whole number in a range. */
export const whole = (min: number, max: number) => z.int().min(min).max(max)

export const port = whole(1, 65_535)

/** A word for one of our or another program's configuration files; `what` names it in the message. */
export function word(pattern: RegExp, what: string, hint: string) {
  return z
    .string()
    .meta({ pattern: pattern.source })
    .superRefine((text, context) => {
      if (pattern.test(text)) return
      context.addIssue({ code: 'custom', message: `"${text}" is not ${what}`, params: { hint } })
    })
}

/** A word that would be fine, but for what another program takes it for: refused with that reason. */
function unless(type: ReturnType<typeof word>, taken: readonly (readonly [RegExp, string, string])[]) {
  const others = taken.map(([{ source }]) => `(?!.*(?:${source}))`).join('')
  return type
    .superRefine((text, context) => {
      for (const [pattern, reason, hint] of taken)
        if (pattern.test(text))
          context.addIssue({ code: 'custom', message: `"${text}" ${reason}`, params: { hint } })
    })
    .meta({ pattern: `${others}${String(type.meta()?.pattern)}` })
}

/**
 * As `uname -n` prints it: at most 64 characters, 63 between two dots (hostname(7)); heartbeat compares it
 * without regard to case.
 */
export const hostName = unless(
  word(
    /^(?=.{1,64}$)(?![0-9.]+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    'a host name',
    'use letters, digits, "-" and ".", at most 64 characters and not only digits, exactly as `uname -n` prints it',
  ),
  [
    [
      /^[Ll]ocalhost(\.|$)/,
      'is every host to itself: hosts(5) gives it to 127.0.0.1',
      'use the name that the others know it by',
    ],
  ],
)

/** Linux: at most 15 characters (IFNAMSIZ), no "/", no space. */
export const nicName = unless(
  word(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/,
    'an interface name',
    'write it as `ip link` shows it, without the @ and what follows, at most 15 characters',
  ),
  [[/^lo$/, 'is the loopback interface, and nothing leaves the node by it', 'name the one with the cable']],
)

export const linkName = word(
  /^[A-Za-z][A-Za-z0-9._-]{0,31}$/,
  'a link name',
  'begin with a letter, then letters, digits, ".", "_" and "-", at most 32 characters',
)

const otherVolumeName = 'choose another name, as data or nfs-data'

/** Its keywords drbd.conf(5) takes in quotes, but for those of its own sections beside `resource`. */
export const volumeName = unless(
  word(
    /^[A-Za-z][A-Za-z0-9._-]{0,31}$/,
    'a name for a volume (its DRBD resource)',
    'begin with a letter, then letters, digits, ".", "_" or "-", at most 32 characters',
  ),
  [
    [/^all$/, 'means every resource to drbdadm(8)', otherVolumeName],
    [/^(common|global)$/, 'is a section of drbd.conf(5), and no resource may be called so', otherVolumeName],
    [/^minor-\d+$/, 'means the device of that number to drbdadm(8) and drbdsetup(8)', otherVolumeName],
  ],
)

/** As apt names a package; apt-get(8) tells what the last character may mean. */
export const packageName = unless(
  word(
    /^[a-z0-9][a-z0-9+.-]+$/,
    "a package's name",
    'use small letters, digits, "+", "." and "-", as apt knows it',
  ),
  [[/-$/, 'means to apt that the package before the "-" is to be removed', 'leave the last "-" out']],
)

const referencePattern = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:[^#]+(#[A-Za-z0-9_.-]+)?|command:.+)$/

/** A reference to a secret: its value never stands in the inventory, and no message repeats what does. */
export const secretReference = z
  .string()
  .meta({ pattern: referencePattern.source })
  .superRefine((text, context) => {
    if (referencePattern.test(text)) return
    context.addIssue({
      code: 'custom',
      message: 'this is not a reference to a secret',
      params: {
        hint: 'secrets never stand in the inventory: write env:NAME, file:PATH#KEY or command:COMMAND LINE',
      },
    })
  })

/** One value or a list of them; a list comes out. */
export function oneOrMore<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item)]).transform(value => (Array.isArray(value) ? value : [value]))
}
