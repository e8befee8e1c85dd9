import { describe, expect, it } from 'vitest'
import {
  isConfigured,
  progressFromJson,
  progressFromProc,
  stateFromJson,
  stateFromProc,
} from '../../src/facts/drbd-state.ts'

const head = 'version: 8.4.11 (api:1/proto:86-101)\nsrcversion: 211FB288A383ED945B83420 \n'
const counters = '    ns:0 nr:0 dw:0 dr:0 al:8 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:524236\n'

const connected = `${head} 0: cs:Connected ro:Secondary/Secondary ds:UpToDate/UpToDate C r-----\n${counters}`
const syncing = `${head}
 1: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
    ns:51200 nr:0 dw:0 dr:51200 al:8 bm:0 lo:0 pe:2 ua:0 ap:0 ep:1 wo:f oos:473036
	[>...................] sync'ed: 10.1% (473036/524236)K
	finish: 0:01:37 speed: 4,876 (4,654) K/sec
`
const verifying = `${head}
12: cs:VerifyT ro:Secondary/Primary ds:UpToDate/UpToDate C r-----
    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0
	[====>...............] verified: 25.0% (384/512)M
	finish: 0:00:10 speed: 38,400 (38,400) want: 40,000 K/sec (stalled)
`
// As in the articles, with all of a device on one line.
const oneLine = `${head} 0: cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate C r----- ns:0 nr:1 dw:1 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:900 [=>..] sync'ed: 12.3% (900/1024)K finish: 0:00:03 speed: 124 (124) K/sec 1: cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown C r-----`

describe('stateFromProc', () => {
  it.each([
    [connected, 0, 'Connected Secondary/Secondary UpToDate/UpToDate'],
    [syncing, 1, 'SyncSource Primary/Secondary UpToDate/Inconsistent'],
    [verifying, 12, 'VerifyT Secondary/Primary UpToDate/UpToDate'],
    [oneLine, 0, 'SyncTarget Secondary/Primary Inconsistent/UpToDate'],
    [oneLine, 1, 'WFConnection Primary/Unknown UpToDate/DUnknown'],
  ])('reads %#', (text, minor, expected) => {
    const state = stateFromProc(text, minor)
    expect(
      state && `${state.connection} ${state.role}/${state.peerRole} ${state.disk}/${state.peerDisk}`,
    ).toBe(expected)
  })

  it.each([
    ['another minor', connected, 1],
    ['a minor whose number ends alike', verifying, 2],
    ['a device that is down', `${head} 0: cs:Unconfigured\n`, 0],
    ['no device', head, 0],
    ['nothing', '', 0],
    ['a cut line', `${head} 0: cs:Connected ro:Seco`, 0],
  ])('finds none for %s', (_, text, minor) => {
    expect(stateFromProc(text, minor)).toBeUndefined()
  })

  it('tells an unconfigured device from a configured one', () => {
    expect(isConfigured(`${head} 0: cs:Unconfigured\n`, 0)).toBe(false)
    expect(isConfigured(connected, 0)).toBe(true)
    expect(isConfigured(connected, 1)).toBe(false)
  })
})

describe('progressFromProc', () => {
  it.each([
    [syncing, 1, { percent: 10.1, outOfSyncKib: 473_036, kibPerSecond: 4876, finish: '0:01:37' }],
    [verifying, 12, { percent: 25, outOfSyncKib: 0, kibPerSecond: 38_400, finish: '0:00:10' }],
    [oneLine, 0, { percent: 12.3, outOfSyncKib: 900, kibPerSecond: 124, finish: '0:00:03' }],
    [oneLine, 1, undefined],
    [connected, 0, undefined],
  ])('reads %#', (text, minor, expected) => {
    expect(progressFromProc(text, minor)).toEqual(expected)
  })
})

const status9 = (connection: object | undefined, disk = 'UpToDate') =>
  JSON.stringify([
    {
      name: 'data',
      role: 'Secondary',
      devices: [{ volume: 0, minor: 0, 'disk-state': disk }],
      connections: connection === undefined ? [] : [connection],
    },
  ])

const peer9 = (connection: string, replication: string, disk: string, more: object = {}) => ({
  'connection-state': connection,
  'peer-role': 'Primary',
  peer_devices: [{ 'replication-state': replication, 'peer-disk-state': disk, ...more }],
})

describe('DRBD 9', () => {
  it.each([
    [status9(peer9('Connected', 'Established', 'UpToDate')), 'Connected Secondary/Primary UpToDate/UpToDate'],
    [status9(peer9('Connecting', 'Off', 'DUnknown')), 'WFConnection Secondary/Primary UpToDate/DUnknown'],
    [
      status9(peer9('Connected', 'SyncTarget', 'UpToDate'), 'Inconsistent'),
      'SyncTarget Secondary/Primary Inconsistent/UpToDate',
    ],
    [status9(peer9('StandAlone', 'Off', 'DUnknown')), 'StandAlone Secondary/Primary UpToDate/DUnknown'],
    [status9(undefined), 'StandAlone Secondary/Unknown UpToDate/DUnknown'],
  ])('speaks the words of 8.4: %#', (json, expected) => {
    const state = stateFromJson(json)
    expect(
      state && `${state.connection} ${state.role}/${state.peerRole} ${state.disk}/${state.peerDisk}`,
    ).toBe(expected)
  })

  it.each(['', '[]', '{', '[{}]'])('does not understand %j', json => {
    expect(stateFromJson(json)).toBeUndefined()
    expect(progressFromJson(json)).toBeUndefined()
  })

  it('tells how far a resync is, and that none runs', () => {
    const running = peer9('Connected', 'SyncSource', 'Inconsistent', {
      'percent-in-sync': 41.5,
      'out-of-sync': 1000,
      'estimated-seconds-to-finish': 3725,
    })
    expect(progressFromJson(status9(running))).toEqual({
      percent: 41.5,
      outOfSyncKib: 1000,
      finish: '1:02:05',
    })
    expect(progressFromJson(status9(peer9('Connected', 'Established', 'UpToDate')))).toBeUndefined()
  })
})
