import { describeDeploys } from '../support/deploys.ts'

/*
 * Other volumes than lab.yml's.
 */

describeDeploys([
  {
    title: 'two volumes, the second with xfs',
    edit: doc => {
      doc.setIn(['volumes', 'logs'], doc.createNode({ disk: '/dev/vdc', mount: '/srv/logs', fs: 'xfs' }))
      doc.addIn(
        ['exports'],
        doc.createNode({ path: '/srv/logs/app', clients: '192.168.0.0/24', mode: '0777' }),
      )
    },
    holds: `findmnt -no FSTYPE /srv/logs | grep -qx xfs && exportfs -s | grep -q /srv/logs/app && echo yes`,
  },
  {
    title: 'a logical volume as backing disk',
    prepare: `apt-get install -y -q --no-install-recommends lvm2 >/dev/null 2>&1
      pvcreate -qy /dev/vdc && vgcreate -qy vg /dev/vdc && lvcreate -qy -n data -L 128M vg`,
    edit: doc => doc.setIn(['volumes', 'data', 'disk'], '/dev/vg/data'),
    holds: `drbdadm sh-ll-dev data | grep -q vg && echo yes`,
  },
  {
    title: 'a mount point and an export with spaces in their names',
    edit: doc => {
      doc.setIn(['volumes', 'data', 'mount'], '/srv/nfs ha')
      doc.setIn(['exports', 0, 'path'], '/srv/nfs ha/my data')
      doc.setIn(['clients', 'c1', 'mounts', 0, 'export'], '/srv/nfs ha/my data')
    },
    mount: '/srv/nfs ha',
    exported: '/srv/nfs ha/my data',
    holds: `[ -d '/srv/nfs ha/my data' ] && echo yes`,
  },
])
