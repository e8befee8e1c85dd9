import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/** The nodes' names and aliases, in a block of ours: the rest of /etc/hosts is the administrator's. */
export default respectHold(
  fileStep({
    id: 'hosts',
    title: 'Name the nodes in /etc/hosts',
    files: ({ cluster, host, render }) =>
      cluster.hostsEntries.length === 0
        ? []
        : [
            {
              path: '/etc/hosts',
              template: 'etc/hosts',
              content: render('etc/hosts', { cluster, node: host }),
              mode: '0644',
              owner: 'root:root',
              block: true,
            },
          ],
  }),
)
