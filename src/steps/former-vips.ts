import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { defineStep, type Given } from '../core/step.ts'
import { type FormerVip, formerVips } from '../facts/former.ts'
import { run } from './_command.ts'
import { respectHold } from './_hold.ts'

/**
 * Addresses of the group that the inventory no longer has are taken off the node that has them. Before
 * the group's script is written anew: that is what still names them. Clients that are connected to one
 * would hang, so they move first, while the group has both.
 */
export default respectHold(
  defineStep({
    id: 'former-vips',
    title: 'Take former VIPs away',
    reads: ({ cluster }: Given<undefined>) => ({ former: formerVips(cluster) }),
    diff({ cluster, host }, { facts }): Diff {
      if (facts.former.state === 'unknown')
        return refusal(
          'unknown-addresses',
          `which addresses ${host.name} has could not be read: ${facts.former.reason}`,
          `look there with \`ip address show\`, then run again`,
        )
      const former = facts.former.state === 'present' ? facts.former.value : []
      const used = former.find(({ clients }) => clients.length > 0)
      if (used !== undefined) return stillUsed(used)
      if (former.length === 0) return inSync
      return {
        kind: 'change',
        summary: `remove ${former.map(({ address, nic }) => `${address} from ${nic}`).join(', ')}`,
        symbol: '-',
        risk: 'safe',
        promise: 'no client is connected to it',
        actions: former.map(({ address, nic }) => run(['ip', 'address', 'delete', address, 'dev', nic])),
        expect: { self: [expects(formerVips(cluster), present([]))] },
      }
    },
  }),
)

function stillUsed({ address, clients }: FormerVip): Diff {
  const [bare = ''] = address.split('/')
  return refusal(
    'address-in-use',
    `${clients.join(', ')} ${clients.length === 1 ? 'is' : 'are'} connected to ${bare}, which is no longer in the inventory`,
    `keep ${bare} under vips, beside the new one, and deploy; mount by the new one on these clients; then take ${bare} out and deploy again`,
  )
}
