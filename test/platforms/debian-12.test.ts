import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { debian12 } from '../../src/platforms/debian-12.ts'
import { platforms } from '../../src/platforms/registry.ts'

/**
 * What the packages really brought to a bare Debian 12, with services kept from starting: unit states by
 * `systemctl is-enabled`, conffiles and commands by dpkg, users by /etc/passwd.
 */
interface Captured {
  readonly users: readonly string[]
  readonly packages: Readonly<
    Record<
      string,
      { units: Record<string, string>; conffiles: readonly string[]; commands: readonly string[] }
    >
  >
}

const captured: Captured = JSON.parse(
  readFileSync(new URL('debian-12.captured.json', import.meta.url), 'utf8'),
)
const tables = Object.entries(debian12.provides).filter(([name]) => name in captured.packages)

describe('what is expected of a package is what it brought:', () => {
  it.each(tables)('%s', (name, table) => {
    const found = captured.packages[name]
    const statesOf = (units: readonly string[]) => units.map(unit => found?.units[unit])
    expect(statesOf(table.unitsEnabled)).toEqual(table.unitsEnabled.map(() => 'enabled'))
    for (const state of statesOf(table.unitsDisabled)) expect(['disabled', 'static']).toContain(state)
    expect(found?.conffiles).toEqual(expect.arrayContaining([...table.files]))
    expect(found?.commands).toEqual(expect.arrayContaining([...table.commands]))
    expect(captured.users).toEqual(expect.arrayContaining([...table.users]))
  })

  it('and nothing that starts at boot is forgotten', () => {
    for (const [name, { units }] of Object.entries(captured.packages)) {
      const enabled = Object.keys(units).filter(unit => units[unit] === 'enabled')
      expect(debian12.provides[name]?.unitsEnabled ?? [], name).toEqual(enabled)
    }
  })
})

it('is found under its own id', () => {
  for (const [id, platform] of Object.entries(platforms)) expect(platform.id).toBe(id)
})
