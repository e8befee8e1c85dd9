import { expects, inSync } from '../../src/core/diff.ts'
import { present } from '../../src/core/fact.ts'
import { exitAbsent, type Probe } from '../../src/core/probe.ts'
import { type AnyStep, defineStep } from '../../src/core/step.ts'
import { expectedFile, file } from '../../src/facts/file.ts'
import { packages } from '../../src/facts/package.ts'
import { makeDirectory, run } from '../../src/steps/_command.ts'
import { fileStep } from '../../src/steps/_file.ts'

/*
 * Twenty steps that need no DRBD: files, directories, host routes, packages that are there, guarded
 * commands. All below /srv, which is each host's own, but for the routes.
 */

/** Where the steps' files are; the benchmark empties it. */
export const folder = '/srv/bench'

/** Host routes of the steps, of the benchmarks' own network (RFC 2544). */
export const routed = ['198.18.255.1', '198.18.255.2'] as const

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index + 1))

function fileNumber(index: number): AnyStep {
  const lines = times(index * 20, line => `option-${line} = "value ${index}.${line}"\n`)
  return fileStep({
    id: `file-${index}`,
    title: `Write configuration file ${index}`,
    files: () => [
      {
        path: `${folder}/etc/file-${index}.conf`,
        template: `file-${index}`,
        content: [`# managed by nfsha\n${lines.join('')}`],
        mode: '0644',
        owner: 'root:root',
      },
    ],
  })
}

function directoryNumber(index: number): AnyStep {
  const path = `${folder}/directories/${index}`
  const wanted = present({ kind: 'directory' as const, mode: '0755', owner: 'root:root' })
  return defineStep({
    id: `directory-${index}`,
    title: `Make directory ${index}`,
    reads: () => ({ there: file(path) }),
    diff: (_, { facts }) =>
      facts.there.state === 'present'
        ? inSync
        : {
            kind: 'change',
            summary: `make ${path}`,
            symbol: '+',
            risk: 'safe',
            actions: [makeDirectory(path)],
            expect: { self: [expects(file(path), wanted)] },
          },
  })
}

function hostRoute(address: string): Probe<'there'> {
  return {
    id: `bench-route:${address}`,
    script: `[ -n "$(ip -4 route show table main ${address}/32)" ] || exit ${exitAbsent}`,
    parse: () => present('there'),
    deadlineMs: 5000,
    maxBytes: 1000,
  }
}

function routeNumber(index: number): AnyStep {
  const address = routed[index - 1] ?? routed[0]
  return defineStep({
    id: `route-${index}`,
    title: `Route ${address}`,
    reads: () => ({ route: hostRoute(address) }),
    diff: (_, { facts }) =>
      facts.route.state === 'present'
        ? inSync
        : {
            kind: 'change',
            summary: `route ${address} over eth0`,
            symbol: '+',
            risk: 'safe',
            actions: [run(['ip', 'route', 'replace', `${address}/32`, 'dev', 'eth0'])],
            expect: { self: [expects(hostRoute(address), present('there'))] },
          },
  })
}

function packagesNumber(index: number): AnyStep {
  const names = index === 1 ? ['coreutils', 'util-linux'] : ['openssh-server', 'iproute2']
  return defineStep({
    id: `packages-${index}`,
    title: `Have the packages ${names.join(', ')}`,
    reads: () => ({ packages: packages(names) }),
    // They run the benchmark, so they are there; a lack of them is nothing that it could mend.
    diff: () => inSync,
  })
}

function commandNumber(index: number): AnyStep {
  const mark = `${folder}/marks-${index}`
  const made = { content: [`command ${index} ran\n`], mode: '0644', owner: 'root:root' }
  return defineStep({
    id: `command-${index}`,
    title: `Run guarded command ${index}`,
    reads: () => ({ mark: file(mark) }),
    diff: ({ cluster }, { facts }) =>
      facts.mark.state === 'present'
        ? inSync
        : {
            kind: 'change',
            summary: `run command ${index}`,
            symbol: '~',
            risk: 'safe',
            actions: [
              {
                kind: 'script',
                title: `command ${index}`,
                script: `mkdir -p ${folder} && echo 'command ${index} ran' >${mark}`,
                timeoutMs: 30_000,
                guard: {
                  expects: 'that it did not run yet',
                  script: `[ ! -e ${mark} ] || { echo 'it ran'; exit 1; }`,
                },
              },
            ],
            expect: { self: [expects(file(mark), expectedFile(mark, made, cluster.secrets.salt))] },
          },
  })
}

/** The playbook. */
export const steps: readonly AnyStep[] = [
  ...times(2, packagesNumber),
  ...times(8, fileNumber),
  ...times(4, directoryNumber),
  ...times(2, routeNumber),
  ...times(4, commandNumber),
]
