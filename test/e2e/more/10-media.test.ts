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
    edit: mediumOfEm2('bcast'),
    holds: `${peer}; cl_status hblinkstatus "$peer" em2 | grep -q up && grep -q '^bcast em2' /etc/ha.d/ha.cf && echo yes`,
  },
  {
    title: 'heartbeat over a serial line',
    edit: doc => doc.setIn(['heartbeat', 'serial'], '/dev/ttyS1'),
    holds: `${peer}; cl_status hblinkstatus "$peer" /dev/ttyS1 | grep -q up && echo yes`,
  },
])
