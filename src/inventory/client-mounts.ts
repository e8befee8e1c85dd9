import { clientOptionFlaw, flavoursOf, versionOf } from './mount-options.ts'
import type { DataPath, Finding } from './problem.ts'
import type { Inventory } from './schema.ts'

type Mount = Inventory['clients'][string]['mounts'][number]

/** What a client asks for in its mount options that the server of the same inventory does not give: nfs(5), exports(5). */
export function checkClientOptions(inventory: Inventory, mount: Mount, at: DataPath): readonly Finding[] {
  const path = [...at, 'options']
  const words = mount.options.flatMap((option, index) => {
    const flaw = clientOptionFlaw(option, mount.by)
    return flaw === undefined ? [] : [{ path: [...path, index], message: flaw.flaw, hint: flaw.hint }]
  })
  return [...words, ...unserved(inventory, mount, path), ...unexported(inventory, mount, path)]
}

function unserved({ nfs }: Inventory, { options }: Mount, at: DataPath): readonly Finding[] {
  const asked = versionOf(options)
  if (asked === undefined) return []
  const { version, index } = asked
  const path = [...at, index]
  if (!/^[34]/.test(version))
    return [{ path, message: `no Linux server has NFS ${version}`, hint: 'write vers=4.2' }]
  const key = { '3': 'v3', '3.0': 'v3', '4.0': 'v40' }[version]
  if (key === undefined || nfs[key === 'v3' ? 'v3' : 'v40']) return []
  return [
    {
      path,
      message: `NFS ${version} is not served: nfs.${key} is off`,
      hint: `write vers=4.2, or serve it too: \`nfs: { ${key}: on }\``,
    },
  ]
}

/** The option lists under which a path is exported. */
function exportedWith({ exports }: Inventory, path: string): readonly (readonly string[])[] {
  return exports
    .filter(each => each.path === path)
    .flatMap(({ clients, options }) =>
      clients.map(client => (typeof client === 'string' ? options : (client.options ?? options))),
    )
}

function unexported(inventory: Inventory, mount: Mount, path: DataPath): readonly Finding[] {
  const lists = exportedWith(inventory, mount.export)
  if (lists.length === 0) return []
  const { options } = mount
  const findings: Finding[] = []
  const given = new Set(lists.flatMap(list => (flavoursOf(list).length > 0 ? flavoursOf(list) : ['sys'])))
  const flavours = flavoursOf(options).filter(flavour => /^(sys|none|krb5[ip]?)$/.test(flavour))
  if (flavours.length > 0 && !flavours.some(flavour => given.has(flavour)))
    findings.push({
      path: [...path, options.findIndex(option => option.startsWith('sec='))],
      message: `${mount.export} is exported by sec=${[...given].join(':')} alone`,
      hint: `write one of these, or add ${flavours[0]} to the export's options`,
    })
  const unprivileged = options.indexOf('noresvport')
  if (unprivileged >= 0 && !lists.some(list => list.includes('insecure')))
    findings.push({
      path: [...path, unprivileged],
      message: `"noresvport" asks from a port above 1023, and ${mount.export} is exported "secure"`,
      hint: 'leave it out, or write insecure in the options of the export',
    })
  return findings
}
