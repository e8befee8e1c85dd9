import { describe, expect, it } from 'vitest'
import { completeOptions, exportOptions } from '../../src/inventory/export-options.ts'

describe('options of exports(5)', () => {
  it.each([
    ['rw', 'sync', 'no_subtree_check'],
    ['rw', 'rw'],
    ['ro', 'nocrossmnt', 'insecure'],
    ['rw', 'all_squash', 'anonuid=65534', 'anongid=-2'],
    ['rw', 'anonuid=4294967294'],
    ['rw', 'sec=sys'],
    ['rw', 'sec=krb5p:krb5i:krb5:none'],
    ['sec=krb5', 'rw', 'no_root_squash', 'sec=sys', 'ro', 'root_squash'],
    ['rw', 'replicas=/srv/a@10.0.0.9+10.0.0.8:/srv/b@10.0.0.7'],
  ])('%s %s %s %s %s %s', (...options) => {
    expect(exportOptions.safeParse(options).success).toBe(true)
  })

  // The list, the place and a part of the message, and of what to write.
  it.each([
    [['rw', 'root_sqash'], 1, 'is not an option of exports(5)', 'root_squash'],
    [['toString'], 0, 'is not an option of exports(5)', 'did you mean'],
    [['rw=1'], 0, 'is not how exports(5) writes rw', 'write it as rw'],
    [['anonuid'], 0, 'is not how exports(5) writes anonuid', 'anonuid=65534'],
    [['anonuid=nobody'], 0, 'is not how exports(5) writes anonuid', 'anonuid=65534'],
    [['anonuid=-1'], 0, 'is not how exports(5) writes anonuid', 'anonuid=65534'],
    [['anongid=4294967295'], 0, 'is not how exports(5) writes anongid', 'anongid=65534'],
    [['sec=krb4'], 0, 'is not how exports(5) writes sec', 'sec=krb5p:krb5i'],
    [['sec=sys,krb5'], 0, 'is not how exports(5) writes sec', 'sec=krb5p:krb5i'],
    [['replicas=10.0.0.9:/srv'], 0, 'is not how exports(5) writes replicas', '/srv/data@'],
    [['refer=/srv/a@10.0.0.9'], 0, 'the option "refer" does not belong here', 'another server'],
    [['reexport=none'], 0, 'the option "reexport" does not belong here', 'no NFS mount'],
    [['fsid=0'], 0, 'the option "fsid" does not belong here', '`fsid:` key'],
    [['mp'], 0, 'the option "mp" does not belong here', 'mp= itself'],
    [['rw', 'sync', 'ro'], 2, '"ro" takes back "rw"', 'keep the one'],
    [['async', 'sync'], 1, '"sync" takes back "async"', 'keep the one'],
    [['secure_locks', 'no_auth_nlm'], 1, '"no_auth_nlm" takes back "secure_locks"', 'keep the one'],
    [['anonuid=1', 'anonuid=2'], 1, '"anonuid=2" takes back "anonuid=1"', 'keep the one'],
    [['sec=krb5', 'rw', 'sync', 'sec=sys', 'async'], 4, '"async" takes back "sync"', 'keep the one'],
    [['rw', 'sec=krb5', 'ro', 'rw'], 3, '"rw" takes back "ro"', 'keep the one'],
  ])('not %j', (options, place, what, fix) => {
    const [issue] = exportOptions.safeParse(options).error?.issues ?? []
    expect(issue?.path).toEqual([place])
    expect(issue?.message).toContain(what)
    expect(issue).toMatchObject({ params: { hint: expect.stringContaining(fix) } })
  })

  it.each([
    [['ro'], ['ro', 'sync', 'no_subtree_check']],
    [
      ['rw', 'async', 'subtree_check'],
      ['rw', 'async', 'subtree_check'],
    ],
    [
      ['rw', 'sync', 'no_subtree_check'],
      ['rw', 'sync', 'no_subtree_check'],
    ],
  ])('%j keeps what it does not speak of', (written, meant) => {
    expect(completeOptions(written)).toEqual(meant)
  })
})
