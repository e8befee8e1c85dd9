import { describe, expect, it } from 'vitest'
import { heartbeatUuid, otherManagers, security, unattendedUpgrades } from '../../src/facts/security.ts'
import { answer } from './answer.ts'

describe('security', () => {
  it.each([
    ['\n', { selinux: 'off', profiles: [] }],
    ['1\n', { selinux: 'enforcing', profiles: [] }],
    ['0\n', { selinux: 'permissive', profiles: [] }],
    [
      '\n/usr/sbin/chronyd (enforce)\nrpc.mountd (enforce)\n/usr/sbin/exportfs (complain)\n/usr/libexec/heartbeat/heartbeat (enforce)\n',
      { selinux: 'off', profiles: ['/usr/libexec/heartbeat/heartbeat', 'rpc.mountd'] },
    ],
  ])('%j', (stdout, value) => {
    expect(answer(security, stdout)).toEqual({ state: 'present', value })
  })
})

describe('unattendedUpgrades', () => {
  const dump =
    'APT::Architecture "amd64";\nAPT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\nUnattended-Upgrade "";\nUnattended-Upgrade::Package-Blacklist "";\nUnattended-Upgrade::Package-Blacklist:: "heartbeat$";\nUnattended-Upgrade::Package-Blacklist:: "nfs-.*";\n'
  it('reads period and blacklist', () => {
    expect(answer(unattendedUpgrades, dump)).toEqual({
      state: 'present',
      value: { isOn: true, blacklist: ['heartbeat$', 'nfs-.*'] },
    })
  })
  it('is off without a period, or with a later one of 0', () => {
    expect(answer(unattendedUpgrades, 'APT "";\n')).toMatchObject({ value: { isOn: false } })
    expect(answer(unattendedUpgrades, `${dump}APT::Periodic::Unattended-Upgrade "0";\n`)).toMatchObject({
      value: { isOn: false },
    })
  })
})

describe('otherManagers', () => {
  it('lists those that are there', () => {
    const stdout =
      'Id=pacemaker.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=corosync.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n\nId=keepalived.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\n'
    expect(answer(otherManagers, stdout)).toEqual({
      state: 'present',
      value: [
        { unit: 'pacemaker.service', isActive: true, isEnabled: true },
        { unit: 'keepalived.service', isActive: false, isEnabled: false },
      ],
    })
  })
})

describe('heartbeatUuid', () => {
  it('is hex, or absent when the file is empty', () => {
    expect(answer(heartbeatUuid, '0a1b2c\n')).toEqual({ state: 'present', value: '0a1b2c' })
    expect(answer(heartbeatUuid, '\n')).toEqual({ state: 'absent' })
  })
})
