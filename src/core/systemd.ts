/**
 * What /proc/1/wchan says, as patterns of a shell's `case`, while systemd stands still for ever after a crash of its
 * own: it is in waitid(2), or pause(2) without a child (systemd, core/crash-handler.c, freeze). A live one waits in
 * epoll (proc(5)). Whoever asks the dead one for anything waits.
 */
export const frozenWaits = 'do_wait | *pause'
