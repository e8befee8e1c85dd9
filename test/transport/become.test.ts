import { expect, test } from 'vitest'
import { explainSudo, sudoWithPassword } from '../../src/transport/become.ts'

test.each([
  ['sh: 1: sudo: not found', 'there is no sudo', 'install sudo'],
  ['sudo: a password is required', 'sudo wants a password of ann, and none was given', 'becomePassword'],
  [
    'sudo: a terminal is required to read the password',
    'sudo wants a password of ann, and none was given',
    'NOPASSWD',
  ],
  [
    'Sorry, try again.\nsudo: no password was provided',
    'sudo does not take the password of ann',
    'becomePassword',
  ],
  [
    'Sorry, try again.\nsudo: 1 incorrect password attempt',
    'sudo does not take the password of ann',
    'becomePassword',
  ],
  [
    'ann is not in the sudoers file.',
    'sudo gives ann no root shell: ann is not in the sudoers file.',
    'sudo -l',
  ],
  [
    'sudo: sorry, you must have a tty to run sudo',
    'sudo gives ann no root shell: sudo: sorry, you must have a tty to run sudo',
    'sudo -l',
  ],
  ['', 'sudo gives ann no root shell', 'sudo -l'],
])('%j', (stderr, message, hint) => {
  const found = explainSudo(stderr, 'ann')
  expect(found.message).toBe(message)
  expect(found.hint).toContain(hint)
})

test('the command has no quote that a login shell could take amiss', () => {
  expect(sudoWithPassword.match(/'/g)).toHaveLength(2)
})
