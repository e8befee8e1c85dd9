import { unitPath } from '../core/spelling.ts'
import { checkClientOptions } from './client-mounts.ts'
import type { DataPath, Finding } from './problem.ts'
import type { Inventory } from './schema.ts'
import { suggestion } from './suggestion.ts'
import { isWithin, parentOf } from './text.ts'

type Mount = Inventory['clients'][string]['mounts'][number]

/** Where one mount of a client stands in the inventory, and the others beside it. */
interface Placed {
  readonly at: DataPath
  readonly mount: Mount
  readonly mounts: readonly Mount[]
}

/** What clients mount is exported, and no mount hides another. */
export function checkClients(inventory: Inventory): readonly Finding[] {
  const { clients, exports } = inventory
  const exported = exports.map(each => each.path)
  return Object.entries(clients).flatMap(([name, { mounts }]) =>
    mounts.flatMap((mount, index) => {
      const placed = { at: ['clients', name, 'mounts', index], mount, mounts }
      return [
        ...unexported(placed, exported),
        ...twice(placed, index),
        ...unnamable(placed),
        ...checkClientOptions(inventory, mount, placed.at),
        ...(mount.by === 'autofs' ? autofsFlaws(placed) : []),
      ]
    }),
  )
}

function unexported({ at, mount }: Placed, exported: readonly string[]): readonly Finding[] {
  if (exported.includes(mount.export)) return []
  const message = `"${mount.export}" is not exported`
  return [{ path: [...at, 'export'], message, hint: suggestion(mount.export, exported) }]
}

function twice({ at, mount, mounts }: Placed, index: number): readonly Finding[] {
  if (!mounts.slice(0, index).some(({ path }) => path === mount.path)) return []
  return [
    {
      path: [...at, 'path'],
      message: `"${mount.path}" is the path of another mount`,
      hint: 'give each mount a path of its own',
    },
  ]
}

/** Characters in the name of a unit (systemd.unit(5)), and the longest of those that stand for a mount. */
const mostOfUnit = 255 - '.automount'.length

/** systemd names a mount by its path. */
function unnamable({ at, mount: { path } }: Placed): readonly Finding[] {
  const place = [...at, 'path']
  if (path === '/')
    return [
      {
        path: place,
        message: "the client's own root is there",
        hint: 'choose an empty directory, as /mnt/nfsha',
      },
    ]
  if (unitPath(path).length <= mostOfUnit) return []
  return [
    {
      path: place,
      message: `"${path}" is too long for systemd, which names a mount by its path and spells some characters as four`,
      hint: `choose a path that \`systemd-escape --path\` spells with at most ${mostOfUnit} characters`,
    },
  ]
}

/** What autofs(5) takes for one word of a map, and for no option, inclusion, or host. */
const mapWord = /^(?:\/[A-Za-z0-9._][A-Za-z0-9._+=@~-]*)+$/

/** In its options autofs(5) replaces `$` and `&`, and `#`, quotes and the backslash mean something. */
const mapOption = /^[A-Za-z0-9._:/@=+~-]+$/

function autofsFlaws({ at, mount, mounts }: Placed): readonly Finding[] {
  const unfit = (['path', 'export'] as const)
    .filter(key => !mapWord.test(mount[key]))
    .map(key => ({
      path: [...at, key],
      message: `"${mount[key]}" cannot stand in a map of autofs`,
      hint: 'choose a path of letters, digits and any of . _ - + = @ ~, or mount by boot or automount',
    }))
  if (unfit.length > 0) return unfit
  const option = mount.options.findIndex(each => !mapOption.test(each))
  if (option >= 0)
    return [
      {
        path: [...at, 'options', option],
        message: `"${mount.options[option]}" cannot stand in a map of autofs`,
        hint: 'leave it out, or mount by boot or automount',
      },
    ]
  const base = parentOf(mount.path)
  const path = [...at, 'path']
  if (base === '/')
    return [
      {
        path,
        message: `autofs would stand over /, since "${mount.path}" lies there`,
        hint: 'choose a path that is one directory deeper, as /nfs/data',
      },
    ]
  const first = mounts.find(({ by }) => by === 'autofs')
  const firstBase = parentOf(first?.path ?? mount.path)
  if (firstBase !== base)
    return [
      {
        path,
        message: `"${mount.path}" does not lie in ${firstBase}, as the other mounts by autofs do`,
        hint: `choose a path in ${firstBase}: a client has one map, over one directory`,
      },
    ]
  const hidden = mounts.find(
    other => other.by !== 'autofs' && other.path !== mount.path && isWithin(other.path, base),
  )
  if (hidden === undefined) return []
  return [
    {
      path,
      message: `autofs over ${base} would hide the mount at ${hidden.path}`,
      hint: 'mount both by autofs, or choose paths in different directories',
    },
  ]
}
