import type { RunAction } from '../core/action.ts'
import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import { mountSource } from '../core/cluster.ts'
import { type Diff, expects, inSync, type Refusal, refusal } from '../core/diff.ts'
import { absent, type Fact, type HostFacts, present } from '../core/fact.ts'
import type { NodeFile } from '../core/step.ts'
import { type AutofsPlace, autofsBase, autofsFiles, autofsPlaces, autofsUnit } from '../facts/autofs.ts'
import { clientMount } from '../facts/client-mount.ts'
import { answerTo } from '../facts/group.ts'
import { mountUsers } from '../facts/mount-users.ts'
import { type UnitFact, unit, unitRunning } from '../facts/unit.ts'
import { letGo, readMaps, type WantedAutofs } from './_autofs.ts'
import { baseFlaw, freed } from './_autofs-room.ts'
import { clientFile } from './_client-file.ts'
import { inUse } from './_client-unmount.ts'
import { run, systemctl } from './_command.ts'
import { diffFile, type FileMend, ownedFile } from './_file-diff.ts'

/**
 * The mounts by autofs: a map of ours, the line that has autofs stand over its directory, and the service;
 * each path was looked at once, and led to the cluster. Without such mounts, none of it.
 */
export default defineClientStep({
  id: 'client-autofs',
  title: 'Mount by autofs when somebody looks',
  reads: given => {
    const { cluster } = given
    const wanted = wantedOf(given)
    const probes = [
      autofsPlaces,
      ...Object.values(autofsFiles).map(path => ownedFile(cluster, path)),
      ...(wanted === undefined ? [] : [unit(autofsUnit), autofsBase(wanted.base)]),
      ...(wanted?.mounts.flatMap(({ path }) => [clientMount(path), mountUsers(path)]) ?? []),
    ]
    return Object.fromEntries(probes.map(probe => [probe.id, probe]))
  },
  diff(given, { facts }): Diff {
    const wanted = wantedOf(given)
    const places = answerTo(facts, autofsPlaces)
    if (places.state === 'unknown')
      return refusal(
        'unknown-mount',
        `where autofs stands is not known: ${places.reason}`,
        `look at it on ${given.host.name} (findmnt -t autofs)`,
      )
    const standing = places.state === 'present' ? places.value : []
    return wanted === undefined ? without(given, standing, facts) : withAutofs(given, wanted, standing, facts)
  },
})

type Given = ClientGiven<undefined>

function wantedOf({ cluster, host, params }: Given): WantedAutofs | undefined {
  if (params.remove || host.autofs === undefined) return undefined
  const mounts = host.mounts
    .filter(({ by }) => by === 'autofs')
    .map(mount => ({ path: mount.path, source: mountSource(cluster, mount) }))
  return { ...host.autofs, mounts }
}

function withAutofs(
  given: Given,
  wanted: WantedAutofs,
  standing: readonly AutofsPlace[],
  facts: HostFacts,
): Diff {
  const mends = mendsOf(given, facts)
  if ('kind' in mends) return mends
  const stands = standing.some(({ base }) => base === wanted.base)
  const flaw = stands ? undefined : baseFlaw(given, wanted, facts)
  if (flaw !== undefined) return flaw
  const former = standing.filter(({ base }) => base !== wanted.base)
  const left = leaving(given, former)
  if ('kind' in left) return left
  const rooms = freed(given, wanted, stands, facts)
  if ('kind' in rooms) return rooms
  const isIn = (place: AutofsPlace | undefined) => place?.isServed && place.idleSeconds === wanted.idleSeconds
  const isDone =
    mends.length === 0 &&
    former.length === 0 &&
    rooms.isInPlace &&
    isIn(standing[0]) &&
    runs(answerTo(facts, unit(autofsUnit)))
  if (isDone) return inSync
  const place: AutofsPlace = {
    base: wanted.base,
    isServed: true,
    idleSeconds: wanted.idleSeconds,
    mounts: wanted.mounts,
    users: [],
  }
  return {
    kind: 'change',
    symbol: stands ? '~' : '+',
    summary: [
      ...mends.map(({ verb, path }) => `${verb} ${path}`),
      `mount ${wanted.mounts.map(({ path, source }) => `${source} at ${path}`).join(', ')} by autofs when somebody looks`,
    ].join('; '),
    risk: 'safe',
    actions: [
      ...left,
      ...rooms.actions,
      ...mends.flatMap(({ actions }) => actions),
      systemctl('enable', autofsUnit),
      readMaps(wanted),
    ],
    expect: {
      self: [
        ...mends.map(({ expect }) => expect),
        expects(unit(autofsUnit), present(unitRunning)),
        expects(autofsPlaces, present([place])),
        ...wanted.mounts.map(({ path, source }) =>
          expects(clientMount(path), present({ state: 'nfs', source })),
        ),
      ],
    },
    display: mends.map(({ display }) => display),
  }
}

function runs(state: Fact<UnitFact>): boolean {
  return state.state === 'present' && state.value.enabled === 'enabled' && state.value.active === 'active'
}

function mendsOf(given: Given, facts: HostFacts): readonly FileMend[] | Refusal {
  const files: readonly NodeFile[] = [autofsFiles.map, autofsFiles.master].map(path =>
    clientFile(given, path),
  )
  const mends: FileMend[] = []
  for (const wanted of files) {
    const mend = diffFile(given.cluster, wanted, answerTo(facts, ownedFile(given.cluster, wanted.path)))
    if (mend?.kind === 'refusal') return mend
    if (mend !== undefined) mends.push(mend)
  }
  return mends
}

/** What unmounts all that is mounted in these places; refused while somebody is there. */
function leaving({ host }: Given, places: readonly AutofsPlace[]): readonly RunAction[] | Refusal {
  const used = places.find(({ users }) => users.length > 0)
  if (used !== undefined) return inUse(host, used.base, used.users)
  return places.flatMap(({ mounts }) => mounts.map(({ path }) => run(['umount', path])))
}

/** Nothing of ours: no map, no line, and autofs stands nowhere by them. */
function without(given: Given, standing: readonly AutofsPlace[], facts: HostFacts): Diff {
  const { cluster, host } = given
  const files: string[] = []
  for (const path of Object.values(autofsFiles)) {
    const found = answerTo(facts, ownedFile(cluster, path))
    if (found.state === 'unknown')
      return refusal(
        'unknown-file',
        `${path} could not be read: ${found.reason}`,
        `look at ${path} on ${host.name}`,
      )
    if (found.state === 'present') files.push(path)
  }
  if (files.length === 0 && standing.length === 0) return inSync
  const left = leaving(given, standing)
  if ('kind' in left) return left
  const bases = standing.map(({ base }) => base)
  // What is mounted there in another way, next.
  const freedMounts = host.mounts.filter(({ path }) => bases.some(base => path.startsWith(`${base}/`)))
  return {
    kind: 'change',
    symbol: '-',
    summary: ['take the map of autofs away', ...bases.map(base => `and autofs from ${base}`)].join(', '),
    risk: left.length > 0 ? 'disruptive' : 'safe',
    actions: [
      ...left,
      ...(files.length === 0 ? [] : [run(['rm', '-f', ...files])]),
      ...(bases.length === 0 ? [] : [letGo(bases)]),
    ],
    expect: {
      self: [
        ...files.map(path => expects(ownedFile(cluster, path), absent())),
        expects(autofsPlaces, absent()),
        ...freedMounts.map(({ path }) => expects(clientMount(path), present({ state: 'missing' }))),
      ],
    },
  }
}
