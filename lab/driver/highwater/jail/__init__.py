"""What stands between a student's program and everything else. `highwater.confine` is the way in.

Three processes:

    the driver ── keeper ── init ── the command and whatever it starts
                  watches   begins, reaps, reports

The keeper is a process of its own, so that a driver may have several at once and none meets another's
children. It holds the limits on time, memory, output and number of processes by looking (every
LOOK seconds), and ends all that the command began. Three walls of the kernel stand around the command,
each where the kernel offers it, none in need of root:

    namespaces   init is process 1 of its own: when it ends, the kernel ends all. No network; a
                 private /tmp and /dev/shm; the rest of the files is mounted read-only.
    landlock     writing in its own folder only; reading there, in the system's folders, and where
                 it was told.
    seccomp      a call that would write elsewhere is shown to the keeper first, which notes its path
                 and refuses it. This is how an attempt becomes a finding. Where it is missing, the
                 watched folders are compared with what they were before. A new process waits for
                 the keeper too: a fork bomb does not outrun it.

With namespaces or seccomp a fork bomb is held for certain. Without both (an old kernel in a closed container)
it is a race, which the keeper runs against a bomb at the lowest priority.

Read keeper first, then inside, then the walls.
"""
