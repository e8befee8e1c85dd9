/**
 * The command that gives a root shell through sudo(8), without a terminal. The password's line comes
 * first on standard input and is read here, so that under NOPASSWD it never becomes the script's
 * first line. `-k` makes sudo ask although it may remember, so that it takes exactly that line; it is
 * tried first on its own, or a wrong password would have sudo take the script for further tries.
 * No single quotes inside: login shells differ in how those are escaped.
 */
export const sudoWithPassword = `exec sh -c '
IFS= read -r password
if sudo -n sh -c : 2>/dev/null; then unset password; exec sudo -n sh; fi
printf "%s\\n" "$password" | sudo -k -S -p "" sh -c : || exit 1
{ printf "%s\\n" "$password"; unset password; exec cat; } | sudo -k -S -p "" sh
'`

/** Under NOPASSWD, which is all that there can be when no password is given. */
export const sudoWithoutPassword = 'exec sudo -n sh'

/** What sudo's last words mean: what is wrong, and what to do. */
export function explainSudo(stderr: string, user: string): { message: string; hint: string } {
  const said = stderr.trim().split('\n').at(-1)?.trim() ?? ''
  if (/command not found|sudo: not found|No such file/i.test(said))
    return {
      message: 'there is no sudo',
      hint: 'install sudo there, or connect as root (ssh.user in the inventory)',
    }
  if (/incorrect password|try again|no password was provided/i.test(stderr))
    return {
      message: `sudo does not take the password of ${user}`,
      hint: 'mend what ssh.becomePassword refers to',
    }
  if (/password is required|a terminal is required/i.test(said))
    return {
      message: `sudo wants a password of ${user}, and none was given`,
      hint: `set ssh.becomePassword in the inventory, or let ${user} in without: ${user} ALL=(ALL) NOPASSWD: ALL (visudo)`,
    }
  return {
    message: `sudo gives ${user} no root shell${said === '' ? '' : `: ${said}`}`,
    hint: `see \`sudo -l\` there: ${user} needs ALL`,
  }
}
