import type { Document } from 'yaml'
import { describeDeploys } from '../support/deploys.ts'

/*
 * Other heartbeat media than ucast.
 */

const mediumOfEm2 = (medium: string) => (doc: Document) =>
  doc.setIn(['links', 'em2'], doc.createNode({ for: ['heartbeat'], medium }))
const peer = 'peer=$([ "$(uname -n)" = m1 ] && echo m2 || echo m1)'

describeDeploys([
  {
    title: 'heartbeat over multicast',
    edit: mediumOfEm2('mcast'),
    holds: `${peer}; cl_status hblinkstatus "$peer" em2 | grep -q up && grep -q '^mcast em2' /etc/ha.d/ha.cf && echo yes`,
  },
  {
    title: 'heartbeat over broadcast',
    // The lab's addresses have none, and `check` says so; other networks' tools set it by themselves. The
    // kernel does not change it on an address that is there (inet_rtm_newaddr): it is set up anew.
    prepare: `own=$(ip -o -4 addr show dev em2 | awk '{ print $4 }')
ip address del "$own" dev em2
ip address add "$own" broadcast + dev em2`,
    edit: mediumOfEm2('bcast'),
    holds: `${peer}; cl_status hblinkstatus "$peer" em2 | grep -q up && grep -q '^bcast em2' /etc/ha.d/ha.cf && echo yes`,
  },
  {
    title: 'heartbeat over a serial line',
    edit: doc => doc.setIn(['heartbeat', 'serial'], '/dev/ttyS1'),
    holds: `${peer}; cl_status hblinkstatus "$peer" /dev/ttyS1 | grep -q up && echo yes`,
  },
])
