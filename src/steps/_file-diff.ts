import type { Action, Guard } from '../core/action.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Display, type Expectation, expects, type Refusal, refusal } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { maskText, type SecretText } from '../core/secret.ts'
import type { NodeFile } from '../core/step.ts'
import { expectedFile, type FileFact, file, pristineTest, versionCommand } from '../facts/file.ts'
import { joinBlock, splitAtBlock } from './_block.ts'
import { chmod, chown, makeDirectory } from './_command.ts'
import { keepShipped } from './_shipped.ts'

/** What one file needs. `verb` is for the summary. */
export interface FileMend {
  readonly kind: 'mend'
  readonly verb: 'create' | 'change' | 'mend mode or owner of'
  readonly path: string
  readonly actions: readonly Action[]
  readonly display: Display
  readonly expect: Expectation
}

/** Directories that every system has, so that no plan needs to say that it makes them. */
const alwaysThere: ReadonlySet<string> = new Set(['/etc', '/etc/systemd/system', '/usr/local/sbin'])

/** The probe by which everybody reads a file that nfsha may own: equal arguments, equal id. */
export function ownedFile(cluster: Cluster, path: string): Probe<FileFact> {
  const shippedBy = shippingPackage(cluster, path)
  return file(path, { salt: cluster.secrets.salt, ...(shippedBy !== undefined && { shippedBy }) })
}

/** The package that ships a path as a conffile. */
export function shippingPackage(cluster: Cluster, path: string): string | undefined {
  const shipping = Object.entries(cluster.platform.provides).find(([, { files }]) => files.includes(path))
  return shipping?.[0]
}

/** Compares a wanted file with what is there; undefined when they agree. */
export function diffFile(
  cluster: Cluster,
  wanted: NodeFile,
  found: Fact<FileFact>,
): FileMend | Refusal | undefined {
  const { path } = wanted
  if (found.state === 'unknown')
    return refusal(
      'unknown-file',
      `${path} could not be read: ${found.reason}`,
      `look at ${path} on the node; move it away when it is not needed, then run again`,
    )
  const current = found.state === 'present' ? found.value : undefined
  if (current !== undefined && current.kind !== 'file')
    return refusal(
      'not-a-file',
      `${path} is a ${current.kind}${current.target === undefined ? '' : ` to ${current.target}`}, not a file`,
      `move ${path} away on the node, then run again`,
    )
  const whole = wholeFile(cluster, wanted, current)
  if (whole === undefined)
    return refusal(
      'broken-block',
      `${path} has markers of nfsha that are not one BEGIN and one END in this order`,
      `remove the lines "# BEGIN nfsha ${cluster.name}" and "# END nfsha ${cluster.name}", and those between that are not yours; then run again`,
    )
  return diffWhole(cluster, whole, current)
}

/** The file as it should be as a whole: for a block, with the administrator's lines, mode and owner. */
function wholeFile(cluster: Cluster, wanted: NodeFile, current: FileFact | undefined): NodeFile | undefined {
  if (wanted.block !== true) return wanted
  const split = splitAtBlock(current?.content ?? '', cluster.name)
  if (split === undefined) return undefined
  const { mode = wanted.mode, owner = wanted.owner } = current ?? {}
  return { ...wanted, mode, owner, content: joinBlock(split, wanted.content, cluster.name) }
}

function diffWhole(cluster: Cluster, wanted: NodeFile, current: FileFact | undefined): FileMend | undefined {
  const { path, mode, owner } = wanted
  const { salt } = cluster.secrets
  const after = maskText(wanted.content, salt)
  const contentAgrees = current?.content === after
  const modeAgrees = current?.mode === mode
  const ownerAgrees = current?.owner === owner
  if (contentAgrees && modeAgrees && ownerAgrees) return undefined
  const expect = expects(ownedFile(cluster, path), expectedFile(path, wanted, salt))
  const notes = [
    current && !modeAgrees ? `mode ${current.mode} → ${mode}` : '',
    current && !ownerAgrees ? `owner ${current.owner} → ${owner}` : '',
    current?.version === 'pristine' ? 'in place of the one that its package ships' : '',
    current === undefined ? `mode ${mode}, owner ${owner}` : '',
  ]
  const note = notes.filter(text => text !== '').join(', ')
  const display: Display = {
    kind: 'file',
    path,
    before: current?.content,
    after,
    ...(note !== '' && { note }),
  }
  if (current !== undefined && contentAgrees) {
    // The owner first: chown(2) clears set-id bits.
    const actions = [...(ownerAgrees ? [] : [chown(path, owner)]), ...(modeAgrees ? [] : [chmod(path, mode)])]
    return { kind: 'mend', verb: 'mend mode or owner of', path, actions, display, expect }
  }
  return {
    kind: 'mend',
    verb: current === undefined ? 'create' : 'change',
    path,
    actions: putActions(cluster, wanted, wanted.content, current),
    display,
    expect,
  }
}

function putActions(
  cluster: Cluster,
  { path, mode, owner }: NodeFile,
  content: SecretText,
  current: FileFact | undefined,
): readonly Action[] {
  const parent = path.slice(0, path.lastIndexOf('/'))
  const guard = unchangedGuard(cluster, path, current)
  return [
    ...(current?.version === 'pristine' ? [keepShipped(path)] : []),
    ...(current === undefined && !alwaysThere.has(parent) ? [makeDirectory(parent)] : []),
    { kind: 'put', path, content, mode, owner, guard },
  ]
}

/** Holds while the path is still as it was planned on. */
export function unchangedGuard(cluster: Cluster, path: string, current: FileFact | undefined): Guard {
  const word = quote(path)
  if (current === undefined)
    return {
      expects: `${path} does not exist`,
      script: `[ ! -e ${word} ] && [ ! -L ${word} ] || { echo 'it exists now'; exit 1; }`,
    }
  const shippedBy = shippingPackage(cluster, path)
  if (current.version === 'pristine' && shippedBy !== undefined)
    return {
      expects: `${path} is as ${shippedBy} ships it`,
      script: `{ ${pristineTest(path, shippedBy)}; } || { echo 'it was changed'; exit 1; }`,
    }
  return {
    expects: `${path} is as it was planned on`,
    script: [
      `now=$(${versionCommand(path)}) || exit 1`,
      `[ "\${now%% *}" = ${current.version ?? ''} ] || { echo 'it was changed since'; exit 1; }`,
    ].join('\n'),
  }
}
