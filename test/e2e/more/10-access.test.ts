import type { Document } from 'yaml'
import { type DeployCase, describeDeploys } from '../support/deploys.ts'
import { nodes } from '../support/hosts.ts'
import { ports } from '../support/ports.ts'

/*
 * Other ways to the nodes than root over a direct connection.
 */

process.env.NFSHA_E2E_SUDO = 'operator'

const reachedAs = (user: string, more: Readonly<Record<string, string>>) => (doc: Document) => {
  for (const node of nodes)
    doc.setIn(['nodes', node, 'ssh'], doc.createNode({ host: '127.0.0.1', port: ports[node], user, ...more }))
}

/** What was seen of the connection on the node itself: who logged in over SSH, and from where. */
const loggedIn = (pattern: string): Pick<DeployCase, 'holds'> => ({
  holds: `journalctl -q --no-pager | grep -q 'Accepted publickey for ${pattern}' && echo yes`,
})

describeDeploys([
  {
    title: 'a user who is not root, and sudo without a password',
    edit: reachedAs('admin', {}),
    ...loggedIn('admin '),
  },
  {
    title: 'a user who is not root, and sudo with a password',
    edit: reachedAs('operator', { 'become-password': 'env:NFSHA_E2E_SUDO' }),
    ...loggedIn('operator '),
  },
  {
    title: 'a jump host',
    edit: doc => {
      for (const [node, host] of [
        ['m1', '192.168.0.210'],
        ['m2', '192.168.0.211'],
      ])
        doc.setIn(
          ['nodes', node, 'ssh'],
          doc.createNode({ host, user: 'root', jump: `root@127.0.0.1:${ports.c1}` }),
        )
    },
    ...loggedIn('root from 192[.]168[.]0[.]'),
  },
])
