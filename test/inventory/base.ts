/** A short inventory that is fine, to break in one place a case. About the least that can be said. */
export const base = `cluster: c1
nodes:
  a:
    links: { em1: 192.168.0.1/24, em2: 10.0.0.1/24, em3: 10.0.1.1/24 }
  b:
    links: { em1: 192.168.0.2/24, em2: 10.0.0.2/24, em3: 10.0.1.2/24 }
links:
  em1: [service, heartbeat]
  em2: [heartbeat]
  em3: [replication]
vips: [192.168.0.9]
volumes:
  data: { disk: /dev/sdb, mount: /srv/nfsha }
exports:
  - path: /srv/nfsha/data
    clients: 192.168.0.0/24
    fsid: 1
heartbeat:
  ping: [192.168.0.254]
secrets: file:c1.secrets
`

/** The base with one text replaced; the text must be there. */
export function baseWith(from: string, to: string): string {
  if (!base.includes(from)) throw new Error(`the base inventory has no "${from}"`)
  return base.replace(from, to)
}

/** The base with lines added at its end. */
export function basePlus(lines: string): string {
  return `${base}${lines}\n`
}
