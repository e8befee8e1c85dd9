import { expects, inSync, refusal } from '../core/diff.ts'
import { absent, factValue } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { dpkgTroubles, policyLeftBehind } from '../facts/package.ts'
import { ownedFile } from './_file-diff.ts'
import { respectHold } from './_hold.ts'
import {
  afterInstallation,
  conffilesOf,
  installation,
  missingOf,
  restorePolicy,
  wantedPackages,
} from './_install.ts'

/** Packages are wanted installed, in whatever version: nothing is upgraded. */
export default respectHold(
  defineStep({
    id: 'packages',
    title: 'Install the packages',
    reads: ({ cluster }) => ({
      packages: wantedPackages(cluster),
      troubles: dpkgTroubles,
      policy: policyLeftBehind,
      ...Object.fromEntries(
        conffilesOf(cluster.platform, cluster.packages).map(path => [path, ownedFile(cluster, path)]),
      ),
    }),
    diff({ cluster }, { facts }) {
      const { packages, troubles, policy, ...files } = facts
      for (const fact of [packages, troubles, policy])
        if (fact.state === 'unknown')
          return refusal(
            'unknown-packages',
            `the state of the packages could not be read: ${fact.reason}`,
            'run `dpkg --audit` on the node and mend what it says, then run again',
          )
      const found = factValue(packages) ?? {}
      const missing = missingOf(found, cluster.packages)
      const half = factValue(troubles) ?? []
      const repair = missing.length > 0 ? half.length > 0 : half.some(name => cluster.packages.includes(name))
      if (missing.length > 0 || repair)
        return {
          kind: 'change',
          symbol: missing.length > 0 ? '+' : '~',
          summary: [
            ...(repair ? [`finish the installation of ${half.join(' ')}`] : []),
            ...(missing.length > 0 ? [`install ${missing.join(' ')}`] : []),
          ].join('; '),
          risk: 'safe',
          actions: [
            installation({
              names: missing,
              repair,
              update: missing.some(name => found[name]?.hasCandidate !== true),
            }),
          ],
          expect: { self: afterInstallation(cluster, missing, found, files) },
        }
      if (policy.state === 'present')
        return {
          kind: 'change',
          symbol: '~',
          summary: restorePolicy.title,
          risk: 'safe',
          actions: [restorePolicy],
          expect: { self: [expects(policyLeftBehind, absent())] },
        }
      return inSync
    },
  }),
)
