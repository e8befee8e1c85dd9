import { closest } from 'fastest-levenshtein'
import { aliasesOf } from './build-hosts.ts'
import { buildMedia } from './build-settings.ts'
import { checkClients } from './client-references.ts'
import { twoNodes } from './limits.ts'
import { lintIds } from './lint-rules.ts'
import type { DataPath, Finding } from './problem.ts'
import * as scalar from './scalars.ts'
import type { Inventory } from './schema.ts'
import { checkStorage } from './storage-references.ts'
import { suggestion } from './suggestion.ts'
import { contains } from './text.ts'

/**
 * What the schema cannot see: that names lead somewhere and that nothing is taken twice. Without a
 * finding, `buildCluster` has everything it needs.
 */
export function checkReferences(inventory: Inventory): readonly Finding[] {
  return [
    ...checkNodes(inventory),
    ...checkLinks(inventory),
    ...checkVips(inventory),
    ...checkStorage(inventory),
    ...checkRoutes(inventory),
    ...checkHostNames(inventory),
    ...checkClients(inventory),
    ...checkSecrets(inventory),
    ...checkDevices(inventory),
    ...checkAccepted(inventory),
  ]
}

/** STONITH devices are named by the node that they reset. */
function checkDevices({ fencing, nodes }: Inventory): readonly Finding[] {
  const names = Object.keys(nodes)
  return Object.keys(fencing.devices)
    .filter(name => !names.includes(name))
    .map(name => ({
      path: ['fencing', 'devices', name],
      atKey: true,
      message: `"${name}" is no node, so there is nothing to reset`,
      hint: suggestion(name, names),
    }))
}

function checkNodes({ nodes, clients, preferred }: Inventory): readonly Finding[] {
  const names = Object.keys(nodes)
  const findings: Finding[] = []
  if (names.length !== 2) {
    findings.push({
      path: ['nodes'],
      atKey: true,
      message: `a cluster has two nodes, and here ${names.length === 1 ? 'is' : 'are'} ${names.length}`,
      hint:
        names.length > 2
          ? `${twoNodes.reason}: ${twoNodes.way}; machines that only mount belong below "clients:"`
          : 'name exactly two nodes; machines that only mount belong below "clients:"',
    })
  }
  const [first = '', second] = names
  if (second !== undefined && first.toLowerCase() === second.toLowerCase()) {
    findings.push({
      path: ['nodes', second],
      atKey: true,
      message: `"${first}" and "${second}" are one name to heartbeat, which compares them without regard to case`,
      hint: 'give the nodes different names',
    })
  }
  for (const client of Object.keys(clients)) {
    if (!names.some(name => name.toLowerCase() === client.toLowerCase())) continue
    const hint = 'a node cannot be its own client: remove it, or rename it'
    findings.push({ path: ['clients', client], atKey: true, message: `"${client}" is a node already`, hint })
  }
  if (preferred !== undefined && !names.includes(preferred)) {
    findings.push({
      path: ['preferred'],
      message: `"${preferred}" is not one of the nodes`,
      hint: suggestion(preferred, names),
    })
  }
  return findings
}

function checkLinks(inventory: Inventory): readonly Finding[] {
  const links = Object.entries(inventory.links)
  const names = links.map(([name]) => name)
  const count = (role: string) => links.filter(([, link]) => link.for.some(each => each === role)).length
  const findings: Finding[] = []
  for (const [node, { links: ends }] of Object.entries(inventory.nodes)) {
    for (const link of Object.keys(ends).filter(each => !names.includes(each))) {
      const message = `"${link}" is not one of the links`
      findings.push({
        path: ['nodes', node, 'links', link],
        atKey: true,
        message,
        hint: suggestion(link, names),
      })
    }
    for (const link of names.filter(each => !Object.hasOwn(ends, each))) {
      const hint = `add its address there, as ${link}: 192.168.0.210/24`
      findings.push({
        path: ['nodes', node, 'links'],
        atKey: true,
        message: `${node} has no address on the link ${link}`,
        hint,
      })
    }
    for (const [link, { nic }] of Object.entries(ends)) {
      if (nic !== undefined || scalar.nicName.safeParse(link).success) continue
      findings.push({
        path: ['nodes', node, 'links', link],
        atKey: true,
        message: `"${link}" cannot be an interface's name, and ${node} names none for this link`,
        hint: 'name it, as { nic: em3, address: 172.16.100.210/24 }: at most 15 characters, as `ip link` shows it',
      })
    }
  }
  const complain = (message: string, hint: string) =>
    findings.push({ path: ['links'], atKey: true, message, hint })
  if (count('service') === 0)
    complain('no link carries service', 'say for one: `for: [service]`; clients come in there')
  if (count('replication') !== 1) {
    const message = `${count('replication') === 0 ? 'no link carries' : 'several links carry'} replication`
    complain(message, 'say `for: [replication]` for exactly one link: DRBD 8.4 has one path')
  }
  if (buildMedia(inventory).length === 0) {
    complain('no link carries heartbeat, and there is no serial line', 'say `for: [heartbeat]` for two links')
  }
  return findings
}

function checkVips({ vips, links }: Inventory): readonly Finding[] {
  const service = Object.keys(links).filter(name => links[name]?.for.includes('service'))
  return vips.flatMap(({ link }, index) => {
    if (link === undefined || service.includes(link)) return []
    const message = `"${link}" is not a link for service`
    return [{ path: ['vips', index, 'link'], message, hint: suggestion(link, service) }]
  })
}

function checkRoutes({ routes, links, nodes }: Inventory): readonly Finding[] {
  if (!Array.isArray(routes)) return []
  const [first, second] = Object.values(nodes)
  return routes.flatMap((link, index) => {
    const path = ['routes', index]
    if (!Object.hasOwn(links, link)) {
      return [
        { path, message: `"${link}" is not one of the links`, hint: suggestion(link, Object.keys(links)) },
      ]
    }
    const [own, other] = [first?.links[link], second?.links[link]]
    if (own === undefined || other === undefined || contains(own.address, other.address.address)) return []
    const message = `on ${link} the nodes are not in one network, so a host route would lead nowhere`
    return [{ path, message, hint: 'leave the link out: traffic there goes through a gateway' }]
  })
}

/** In /etc/hosts a name leads to one address. */
function checkHostNames(inventory: Inventory): readonly Finding[] {
  const { nodes, vips, hosts } = inventory
  const claims: readonly (readonly [DataPath, string])[] = [
    ...Object.keys(nodes).flatMap(node =>
      aliasesOf(inventory, node).map(name => [['nodes', node, 'aliases'], name] as const),
    ),
    ...vips.flatMap(({ names }, index) => names.map(name => [['vips', index, 'names'], name] as const)),
    ...hosts.extra.flatMap(({ names }, index) =>
      names.map(name => [['hosts', 'extra', index, 'names'], name] as const),
    ),
  ]
  const taken = new Set(Object.keys(nodes).map(name => name.toLowerCase()))
  return claims.flatMap(([path, name]) => {
    const isTaken = taken.has(name.toLowerCase())
    taken.add(name.toLowerCase())
    const message = `the name "${name}" stands for another host already`
    return isTaken
      ? [{ path, message, hint: 'in /etc/hosts a name leads to one address: choose another' }]
      : []
  })
}

function checkSecrets({ secrets, heartbeat }: Inventory): readonly Finding[] {
  if (heartbeat.auth === 'crc' || typeof secrets === 'string' || secrets.authkey !== undefined) return []
  return [
    {
      path: ['secrets'],
      atKey: true,
      message: `heartbeat's auth ${heartbeat.auth} needs a key, and no secret "authkey" is named`,
      hint: 'write `secrets: file:NAME.secrets`; `nfsha init` makes such a file',
    },
  ]
}

function checkAccepted({ accept }: Inventory): readonly Finding[] {
  return accept.flatMap(({ lint }, index) => {
    if (lintIds.includes(lint)) return []
    const path = ['accept', index, 'lint']
    return [
      { path, message: `"${lint}" is not a lint rule`, hint: `did you mean "${closest(lint, lintIds)}"?` },
    ]
  })
}
