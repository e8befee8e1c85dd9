import { createHash } from 'node:crypto'
import { reveal, type Secret } from '../core/secret.ts'

/**
 * Where a file holds secrets: what stands before a value, and what the value is made of; both are
 * extended regular expressions of awk. Without quotes `plain` says how far a value goes; where the
 * format knows quoted values, `quoted` does between them.
 */
export interface Mask {
  readonly name: string
  readonly before: string
  readonly plain: string
  readonly quoted?: string
  /** Lines that hold no secret, although they look so. */
  readonly unless?: string
}

/** heartbeat's authkeys: `1 sha1 KEY` (authkeys(5)); the rest of the line is the key. */
const authkeys: Mask = {
  name: 'authkeys',
  before: '^[ \\t]*[0-9]+[ \\t]+[A-Za-z0-9]+[ \\t]+',
  plain: '.*[^ \\t]',
}

/** `shared-secret` of drbd.conf(5), quoted or not, anywhere on a line. */
const drbd: Mask = {
  name: 'drbd',
  before: 'shared-secret[ \\t]+',
  plain: '[^"; \\t]+',
  quoted: '([^"\\\\]|\\\\.)+',
}

/** ha.cf's `stonith_host WHO TYPE PARAMETERS`: the parameters carry passwords of management boards. */
const haCf: Mask = {
  name: 'ha.cf',
  before: '^[ \\t]*stonith_host[ \\t]+[^ \\t]+[ \\t]+[^ \\t]+[ \\t]+',
  plain: '.*[^ \\t]',
  // Ours has none: the devices' parameters are in files of their own.
  unless: '[ \\t]external\\/nfsha[ \\t]',
}

/** The parameters of a STONITH device, `name=value`; what is secret stands in quotes. */
const stonithDevice: Mask = { name: 'stonith-device', before: '^[^#=]+="', plain: '[^"]+' }

/** The curl configuration of the monitor's webhook: `url = "URL"` (curl(1), -K). */
const webhook: Mask = {
  name: 'webhook',
  before: '^[ \\t]*url[ \\t]*=[ \\t]*',
  plain: '[^" \\t]+',
  quoted: '([^"\\\\]|\\\\.)+',
}

/** The mask for a file, by where it lies; undefined for files that hold no secrets. */
export function maskForPath(path: string): Mask | undefined {
  if (path.endsWith('/authkeys')) return authkeys
  if (path.endsWith('/ha.cf')) return haCf
  if (/\/stonith-device-\d+$/.test(path)) return stonithDevice
  if (path.endsWith('/nfsha/webhook')) return webhook
  if (path.endsWith('/drbd.conf') || path.includes('/drbd.d/')) return drbd
  return undefined
}

/**
 * An awk program that finds the masked values of its input. `list`: prints the values, one a line;
 * `blank`: prints the text without them; `replace`: reads as many replacements from `-` first.
 * Exit code 4: a masked directive whose value was not found, so that the text must not be shown.
 */
export function maskProgram(mask: Mask, mode: 'list' | 'blank' | 'replace'): string {
  const value = {
    list: 'print substr(rest, 1, RLENGTH)',
    blank: '',
    replace: 'out = out fingerprint[++n]',
  }[mode]
  const opening =
    mask.quoted === undefined
      ? `found = match(rest, /^${mask.plain}/)`
      : `if (substr(rest, 1, 1) == "\\"") { out = out "\\""; rest = substr(rest, 2); found = match(rest, /^${mask.quoted}/) }
    else found = match(rest, /^${mask.plain}/)`
  return `${mode === 'replace' ? 'FILENAME == "-" { fingerprint[++known] = $0; next }\n' : ''}{
  ${
    mask.unless === undefined
      ? ''
      : `if ($0 ~ /${mask.unless}/) { ${mode === 'list' ? '' : 'print; '}next }
  `
  }out = ""; rest = $0
  while (match(rest, /${mask.before}/)) {
    out = out substr(rest, 1, RSTART + RLENGTH - 1); rest = substr(rest, RSTART + RLENGTH)
    ${opening}
    if (!found) { if (out ~ /#/) break; exit 4 }
    ${value}
    rest = substr(rest, RLENGTH + 1)
  }
  ${mode === 'list' ? '' : 'print out rest'}
}`
}

/**
 * A shell function `fingerprint VALUE` that prints what core's `fingerprint` makes of it.
 * HMAC-SHA256 (RFC 2104) of coreutils' sha256sum and the shell's own printf, so that neither key nor
 * value is on any command line; the salt is in the script only as the two padded keys.
 */
export function fingerprintFunction(salt: Secret): string {
  const [inner, outer] = paddedKeys(salt)
  return `fingerprint() {
  hex=$(printf '%b%s' '${inner}' "$1" | sha256sum) || return 1
  hex=\${hex%% *} octal=
  while [ -n "$hex" ]; do
    rest=\${hex#??} byte=$((0x\${hex%"\${hex#??}"})) hex=$rest
    octal="$octal\\0$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
  done
  hex=$(printf '%b' '${outer}'"$octal" | sha256sum) || return 1
  printf 'hmac:%.16s\\n' "$hex"
}`
}

/** The key XORed with RFC 2104's inner and outer pads, as octal escapes for printf(1). */
function paddedKeys(salt: Secret): [string, string] {
  const blockSize = 64
  const key = Buffer.from(reveal(salt), 'utf8')
  const short = key.length > blockSize ? createHash('sha256').update(key).digest() : key
  const block = Buffer.alloc(blockSize)
  short.copy(block)
  const octal = (pad: number) =>
    [...block].map(byte => `\\0${(byte ^ pad).toString(8).padStart(3, '0')}`).join('')
  return [octal(0x36), octal(0x5c)]
}
