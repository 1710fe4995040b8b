"""The sowcl program with a terminal as its standard output."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading

from program import start

END = b"<no more from the program>"


def on_terminal(*arguments, columns=80, env=None):
    """Exit code, bytes on the terminal, bytes on standard error.

    This side keeps the terminal open and writes the end itself: a reader whose terminal is closed by the last writer
    can be told so before it is given what was written (seen on Linux 6.18)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = start(*arguments, stdout=theirs, stderr=subprocess.PIPE, env=env)
    errors = []

    def wait():
        try:
            errors.append(process.communicate(timeout=60)[1])
        except subprocess.TimeoutExpired:
            process.kill()
            errors.append(process.communicate()[1])
        os.write(theirs, END)

    waiter = threading.Thread(target=wait)
    waiter.start()
    text = b""
    while not text.endswith(END):
        text += os.read(ours, 65536)
    waiter.join()
    os.close(theirs)
    os.close(ours)
    return process.returncode, text.removesuffix(END), errors[0]
