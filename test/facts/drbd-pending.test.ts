import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { drbdAdjust } from '../../src/facts/drbd.ts'
import { describePending } from '../../src/facts/drbd-pending.ts'
import { volume } from '../steps/storage-fixture.ts'
import { answer } from './answer.ts'

// drbd-utils 9.22 with DRBD 8.4.11, on a node of the lab.
const show = `resource data {
    net {
        timeout         	60; # 1/10 seconds, default
        cram-hmac-alg   	"sha1";
        shared-secret   	"(hidden)";
        verify-alg      	"sha1";
    }
    _this_host {
        volume 0 {
            disk			"/dev/vdb";
            disk {
                on-io-error     	detach; # default
                resync-rate     	5120k; # bytes/second
                c-fill-target   	2048s; # bytes
            }
        }
    }
}
`
const net =
  'drbdsetup-84 net-options ipv4:10.10.2.1:7788 ipv4:10.10.2.2:7788 --set-defaults --shared-secret=(hidden) --cram-hmac-alg=sha1 --verify-alg=sha1 --timeout=25'
const disk =
  'drbdsetup-84 disk-options 0 --set-defaults --on-io-error=detach --resync-rate=10240k --c-fill-target=2048s'

describe('describePending', () => {
  it.each([
    ['', []],
    [net, ['net-options (timeout 60, configured 25)']],
    [
      `${disk}\n${net}\n`,
      ['disk-options (resync-rate 5120k, configured 10240k)', 'net-options (timeout 60, configured 25)'],
    ],
    ['drbdsetup-84 net-options a b --set-defaults --verify-alg=sha1', ['net-options']],
    ['drbdsetup-84 connect data ipv4:a:1 ipv4:b:1', ['connect']],
    ['drbdmeta 0 v08 /dev/vdb internal apply-al', ['apply-al']],
  ])('%j', (commands, expected) => {
    expect(describePending(commands, show)).toEqual(expected)
  })
})

describe('drbdAdjust', () => {
  it('agrees when nothing is pending', () => {
    expect(answer(drbdAdjust(volume), '')).toEqual({ state: 'present', value: { pending: [] } })
  })

  it.each([
    ['--shared-secret=s3cr\\ et\\=x --timeout=25', '--shared-secret=(hidden) --timeout=25'],
    ['        shared-secret   \t"s3cr \\"et";', '        shared-secret   \t"(hidden)";'],
  ])('hides the secret on the node: %s', (line, hidden) => {
    const sed = /\| (sed -E .*)$/.exec(drbdAdjust(volume).script)?.[1] ?? ''
    expect(spawnSync('sh', ['-c', sed], { input: line, encoding: 'utf8' }).stdout).toBe(hidden)
  })
})
