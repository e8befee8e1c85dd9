import { expects, type Refusal, refusal } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import type { SecretText } from '../core/secret.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { kernelModule, type ModuleFact } from '../facts/module.ts'
import { run } from './_command.ts'
import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/** Modules that are loaded at boot (modules-load.d(5)) and now: their list is the rendered file. */
export default respectHold(
  fileStep({
    id: 'kernel-modules',
    title: 'Load the kernel modules',
    files: given => [moduleList(given)],
    reads: given => Object.fromEntries(namesIn(moduleList(given)).map(name => [name, kernelModule(name)])),
    effect(given, { facts }) {
      const { platform } = given.cluster
      const toLoad: { name: string; version?: string }[] = []
      for (const name of namesIn(moduleList(given))) {
        const fact = facts[name]
        const flaw = fact && flawOf(name, fact, platform)
        if (flaw !== undefined) return flaw
        if (fact?.state === 'present' && !fact.value.loaded) {
          const { version } = fact.value
          toLoad.push({ name, ...(version !== undefined && { version }) })
        }
      }
      if (toLoad.length === 0) return undefined
      return {
        summary: `load ${toLoad.map(({ name }) => name).join(' ')}`,
        actions: toLoad.map(({ name }) => run(['modprobe', name])),
        expect: {
          self: toLoad.map(({ name, version }) =>
            expects(kernelModule(name), present({ loaded: true, ...(version !== undefined && { version }) })),
          ),
        },
      }
    },
  }),
)

function moduleList({ cluster, host, render }: Given<undefined>): NodeFile {
  const template = 'etc/modules-load.d/nfsha.conf'
  return {
    path: `${cluster.platform.paths.modulesLoadDir}/nfsha.conf`,
    template,
    content: render(template, { cluster, node: host }),
    mode: '0644',
    owner: 'root:root',
  }
}

/** One module a line; `#` and `;` begin comments (modules-load.d(5)). */
function namesIn({ content }: NodeFile): readonly string[] {
  return lines(content).filter(line => line !== '' && !/^[#;]/.test(line))
}

function lines(content: SecretText): readonly string[] {
  const text = content.map(part => (typeof part === 'string' ? part : '')).join('')
  return text.split('\n').map(line => line.trim())
}

function flawOf(name: string, fact: Fact<ModuleFact>, platform: Platform): Refusal | undefined {
  if (fact.state === 'unknown')
    return refusal(
      'unknown-module',
      `the kernel module ${name} could not be looked for: ${fact.reason}`,
      'reboot the node into an installed kernel when its modules are gone, or install kmod; then run again',
    )
  if (fact.state === 'absent')
    return refusal(
      'no-module',
      `the running kernel has no module ${name}`,
      'install the full kernel package (Debian: linux-image-amd64) and reboot the node, then run again',
    )
  if (name !== 'drbd' || dialectOf(fact.value.version) === platform.drbdDialect) return undefined
  return refusal(
    'drbd-dialect',
    `the node's DRBD module is version ${fact.value.version ?? 'unknown'}, but ${platform.id} is configured in the dialect of DRBD ${platform.drbdDialect}`,
    `use the kernel's own DRBD ${platform.drbdDialect} module, or choose a platform with this module's dialect`,
  )
}

/** The grammar that a module's tools accept: 8.4 and 9 differ (drbd.conf-8.4(5), drbd.conf-9(5)). */
function dialectOf(version = ''): string {
  return version.startsWith('8.4.') ? '8.4' : version.replace(/\..*/, '')
}
