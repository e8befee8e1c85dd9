/** Where in an inventory's data: keys and list positions from the top. */
export type DataPath = readonly (string | number)[]

/** Something wrong with an inventory, before its place in the file is known. */
export interface Finding {
  readonly path: DataPath
  /** The key itself is to blame, not its value. */
  readonly atKey?: boolean
  readonly message: string
  readonly hint: string
}

/** Whether `prefix` is `path` or leads to it. */
export function leadsTo(prefix: DataPath, path: DataPath): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index])
}
