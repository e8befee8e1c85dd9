import { describe, expect, test } from 'vitest'
import { faultNamed } from '../../src/drill/faults/registry.ts'
import { blocking } from '../../src/inventory/lint.ts'
import { loadText } from '../fixtures/cluster.ts'

interface Variant {
  readonly label: string
  readonly deployedAs?: string
}

/** The matrix is plain Node, which runs before there is a build. */
const matrix = (await import('../../scripts/drill-variants.mjs' as string)) as {
  readonly variants: readonly Variant[]
  readonly faults: readonly string[]
  inventoryOf(variant: Variant, root: string, portShift?: number): string
}

describe.each(matrix.variants.map(each => [each.label, each] as const))('variant %s', (_label, variant) => {
  test('is an inventory that may be deployed', async () => {
    const { lint } = await loadText(matrix.inventoryOf(variant, process.cwd()))
    expect(blocking(lint).map(({ id }) => id)).toEqual([])
  })
})

test('labels are unique', () => {
  const labels = matrix.variants.map(({ label }) => label)
  expect(new Set(labels).size).toBe(labels.length)
})

test('a variant that begins at the snapshot of another one has its settings', () => {
  const textOf = (variant: Variant | undefined) => matrix.inventoryOf(variant ?? { label: '' }, process.cwd())
  const borrowers = matrix.variants.filter(({ deployedAs }) => deployedAs !== undefined)
  expect(borrowers).not.toEqual([])
  for (const each of borrowers)
    expect(textOf(each)).toBe(textOf(matrix.variants.find(({ label }) => label === each.deployedAs)))
})

test('every fault of the matrix exists', async () => {
  const text = matrix.inventoryOf(matrix.variants[0] ?? { label: '' }, process.cwd())
  const { cluster } = await loadText(text)
  const nothing = async () => undefined
  const machines = { powerCut: nothing, powerOn: nothing, freeze: nothing, thaw: nothing, setCable: nothing }
  for (const fault of matrix.faults) expect(faultNamed(fault, { cluster, machines }).name).toBe(fault)
})

test('ports can be shifted', () => {
  const text = matrix.inventoryOf(matrix.variants[0] ?? { label: '' }, process.cwd(), 200)
  expect(text).toContain('127.0.0.1:22301')
  expect(text).not.toContain('22101')
  expect(text).toContain(`${process.cwd()}/.nfsha/lab`)
})
