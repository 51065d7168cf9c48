"""The least of a shell: one job in the foreground, which Ctrl-Z stops and fg brings back.

python shell.py COMMAND …        says "stopped, echo on" and waits for a line; then goes on
"""

import os
import signal
import sys
import termios


def main() -> int:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # so that the terminal can be taken back
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(sys.argv[1], sys.argv[1:])
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        os.tcsetpgrp(0, os.getpid())
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        echo = termios.tcgetattr(0)[3] & termios.ECHO
        print("stopped, echo", "on" if echo else "off", flush=True)
        sys.stdin.readline()
        os.tcsetpgrp(0, job)
        os.kill(job, signal.SIGCONT)


if __name__ == "__main__":
    sys.exit(main())
