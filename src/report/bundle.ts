import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'

/** A file of a bundle: its path in there, and its text. */
export interface BundleFile {
  readonly path: string
  readonly text: string
}

/** The files as one tar.gz, all below `folder`, so that unpacking it strews nothing. */
export async function packBundle(
  folder: string,
  files: readonly BundleFile[],
  madeAt: Date,
): Promise<Buffer> {
  const archive = pack()
  const packed = buffer(archive.pipe(createGzip()))
  for (const { path, text } of files) {
    archive.entry({ name: `${folder}/${path}`, mode: 0o600, mtime: madeAt }, text)
  }
  archive.finalize()
  return await packed
}
