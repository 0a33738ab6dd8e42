// How a server that allows no further channel on a connection is told from all other failures; the words are for people too.

/** Begins the reason of a command that was refused so (MaxSessions of sshd_config(5)). */
export const sessionRefused = 'the node refused one more session';
