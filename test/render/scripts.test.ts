import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shown } from './tree.ts'
import { variants } from './variants.ts'

/** Runs a checker over a script on its standard input. */
function check(argv: readonly [string, ...string[]], script: string): { code: number | null; text: string } {
  const [command, ...args] = argv
  const { error, status, stdout, stderr } = spawnSync(command, args, { input: script, encoding: 'utf8' })
  if (error !== undefined)
    throw new Error(`${command} is needed here: apt-get install ${command}`, { cause: error })
  return { code: status, text: `${stdout}${stderr}` }
}

/** Every script of every variant, but each text once. */
const scripts = Object.entries(variants)
  .flatMap(([name, cluster]) =>
    [
      'etc/ha.d/resource.d/nfsha',
      'etc/ha.d/rc.d/nfsha',
      'etc/drbd.d/nfsha-handler',
      'etc/drbd.d/nfsha-fence-peer',
      'usr/lib/stonith/plugins/external/nfsha',
      'usr/local/sbin/nfsha-monitor',
      'usr/local/sbin/nfsha-rehearse',
    ].map(template => ({ name, template, text: shown(template, cluster) })),
  )
  .filter(({ text }, index, all) => all.findIndex(other => other.text === text) === index)

describe.each(scripts)('$template, $name', ({ text }) => {
  it('passes shellcheck', () => {
    expect(check(['shellcheck', '-s', 'sh', '-o', 'quote-safe-variables', '-'], text)).toEqual({
      code: 0,
      text: '',
    })
  })

  it('is read by dash without complaint', () => {
    expect(check(['dash', '-n'], text)).toEqual({ code: 0, text: '' })
  })

  it('runs every outside command under a limit', () => {
    const outside =
      /\b(drbdadm|drbdsetup|mount|umount|systemctl|ip|ss|arping|fuser|exportfs|udevadm|rpc\.nfsd|sm-notify|pkill|cl_status|mkdir|rm|install|sync|tickle_tcp|rpcinfo|dd|curl|sendmail|flock|mv|stat|grep)\b/
    const unlimited = text
      .split('\n')
      .map(line =>
        line
          .replace(/#.*/, '')
          .replaceAll(/command -v \S+/g, '…')
          .replaceAll(/'[^']*'|"[^"]*"/g, '…')
          .trim(),
      )
      .filter(line => !/^(case|check|(start_)?phase|PATH|[a-z_]+\(\) \{$|refuse|say|needs|answer)/.test(line))
      .filter(line => outside.test(line) && !/\b(within|timeout -k 5) /.test(line) && !/^\w+=/.test(line))
    expect(unlimited).toEqual([])
  })

  it('never forces: no lazy or forced umount, no SIGKILL but for a helper, no --force but to let go of a dead connection', () => {
    const commands = text
      .replaceAll(/^\s*#.*$/gm, '')
      .replaceAll('drbdadm disconnect --force', '')
      // Daemons beside nfsd, which survive it with all that they have recorded; never nfsd, DRBD or who uses a volume.
      .replaceAll(/unit_signal KILL ("\$1"|(rpcbind|nfs-mountd|rpc-statd)\.service)/g, '')
      .replaceAll('{ sleep 1; kill -s KILL "$process"; }', '')
      .replaceAll('pkill -KILL -x sm-notify', '')
    expect(commands).not.toMatch(/umount\s+-|KILL|kill -9|--force|overwrite-data/)
  })
})
