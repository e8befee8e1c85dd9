import { digestOf } from '../core/digest.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { rehearsalScript } from '../core/group-command.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote, quoteArgv } from '../core/quote.ts'

/** One thing that was tried, and that would not work in a takeover. */
export interface Flaw {
  /** `command`, `module`, `interface`, `room`, `script`, `guard`, `mount`, `nfs.conf`, `exports`. */
  readonly check: string
  /** The word at fault: an option, a command, a file. */
  readonly word: string
  /** What it is, with the tool's own words. */
  readonly text: string
  /** What to do. */
  readonly next: string
}

/** How the rehearsal of a takeover went on a node. */
export interface RehearsalFact {
  /** What a takeover would fail for. */
  readonly refused: readonly Flaw[]
  /** What is worth knowing, and could not be tried. */
  readonly told: readonly Flaw[]
}

/** A rehearsal without a flaw. */
export const faultless: RehearsalFact = Object.freeze({ refused: [], told: [] })

/** The files of a takeover as they are to be: not on the node yet, or not so. */
export interface WantedFiles {
  /** The rehearsal itself. */
  readonly rehearsal: string
  /** The group's script. */
  readonly group: string
  readonly exports: string
  readonly nfsConf: string
}

/** A scratch file system on an emulated node takes seconds; what hangs has limits of its own. */
const deadlineMs = 180_000

/** A probe's files are limited like its answer, and the scratch file system is one of 32 MiB. */
const maxBytes = 64 * 2 ** 20

/**
 * What a takeover would run if these files were on the node, tried there. It leaves nothing but a mark
 * below /run for mount options that passed. Absent while a package that brings what is tried is not
 * installed. `key`: equal for equal files.
 */
export function rehearsal(
  key: string,
  files: WantedFiles,
  packages: readonly string[],
): Probe<RehearsalFact> {
  return {
    id: `rehearsal:${key}`,
    script: [
      `states=$(dpkg-query -W -f='\${db:Status-Status} ' ${quoteArgv(packages)} 2>/dev/null) || exit ${exitAbsent}`,
      'for state in $states; do',
      `  [ "$state" = installed ] || exit ${exitAbsent}`,
      'done',
      rehearse(files),
    ].join('\n'),
    parse: ({ stdout }) => parseRehearsal(stdout),
    deadlineMs,
    maxBytes,
  }
}

/** The same with the files that are on the node, the promotion guard included; absent where nfsha put none there yet. */
export const rehearsalHere: Probe<RehearsalFact> = Object.freeze<Probe<RehearsalFact>>({
  id: 'rehearsal-here',
  script: `[ -x ${rehearsalScript} ] || exit ${exitAbsent}\n${rehearsalScript}`,
  parse: ({ stdout }) => parseRehearsal(stdout),
  deadlineMs,
  maxBytes,
})

/**
 * Shell words that rehearse with these files, in a mount namespace that ends with them: so nothing is
 * left, however they end. They print what the rehearsal prints.
 */
export function rehearse(files: WantedFiles): string {
  const put = (name: string, text: string) => `printf '%s' ${quote(text)} >/mnt/wanted/${name}`
  const mark = digestOf(files).slice(0, 16)
  return [
    "unshare -m --propagation private sh 2>&1 <<'NFSHA_REHEARSAL'",
    'main() {',
    '  mount -n -t tmpfs -o mode=0700 nfsha-rehearse /mnt && mkdir -p /mnt/wanted/exports.d || exit 1',
    put('rehearse', files.rehearsal),
    put('group', files.group),
    put('exports.d/nfsha.exports', files.exports),
    put('nfs.conf', files.nfsConf),
    `  sh /mnt/wanted/rehearse wanted /mnt/wanted ${mark}`,
    '}',
    'main </dev/null',
    'NFSHA_REHEARSAL',
  ].join('\n')
}

function parseRehearsal(stdout: string): Fact<RehearsalFact> {
  const lines = stdout.trimEnd().split('\n')
  if (lines.at(-1) !== 'end') return unknown(lines.at(-1) || 'it was cut short')
  const flaws = (kind: string): readonly Flaw[] =>
    lines
      .map(line => line.split('\t'))
      .filter(([word]) => word === kind)
      .map(([, check = '', word = '', text = '', next = '']) => ({ check, word, text, next }))
  return present({ refused: flaws('refused'), told: flaws('told') })
}
