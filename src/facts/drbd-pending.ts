/**
 * Says in few words what `drbdadm -d adjust` would do. `commands`: its output, each line a drbdsetup
 * command with all configured options after `--set-defaults` (seen with 8.4.11); `running`: what
 * `drbdsetup show --show-defaults` prints, `key value;` lines. Of the options only those that differ
 * are named: `net-options (timeout 60, configured 25)`. An option that the file does not name and
 * that runs with another value than its default cannot be told from the commands.
 */
export function describePending(commands: string, running: string): readonly string[] {
  const values = runningOptions(running)
  return commands
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const words = line.split(/(?<!\\) +/)
      const name = line.startsWith('drbdmeta') ? words.at(-1) : words[1]
      const differing = words.flatMap(word => {
        const [, key, wanted] = /^--([a-z0-9-]+)=(.*)$/.exec(word) ?? []
        if (key === undefined || wanted === undefined) return []
        const found = values.get(key)
        return found === undefined || found === wanted ? [] : [`${key} ${found}, configured ${wanted}`]
      })
      return differing.length === 0 ? (name ?? line) : `${name} (${differing.join('; ')})`
    })
}

/** `timeout 25; # 1/10 seconds` is the option `timeout` with the value 25; quotes are only spelling. */
function runningOptions(show: string): ReadonlyMap<string, string> {
  return new Map(
    [...show.matchAll(/^\s*([a-z0-9-]+)\s+(?:"([^"]*)"|(\S+?));/gm)].map(
      ([, key = '', quoted, plain]) => [key, quoted ?? plain ?? ''] as const,
    ),
  )
}
