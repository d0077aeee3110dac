"""Runs a command for a test and ends it when the test process ends, however that happens.

    keeper.py FOLDER NAME -- COMMAND [ARGUMENT …]

The command's output goes to FOLDER/NAME.out and FOLDER/NAME.err. FOLDER/NAME.life gets the lines `pid N` and `exit CODE` (negative: the
signal). The keeper's standard input is a pipe that the test holds: when it closes, the command gets SIGTERM, and SIGKILL 25 s later.
"""

import os
import select
import signal
import subprocess
import sys

os.closerange(3, 4096)
folder, name = sys.argv[1:3]
command = sys.argv[4:]


def say(text):
    with open(f"{folder}/{name}.life", "a", encoding="ascii") as life:
        life.write(text + "\n")


with open(f"{folder}/{name}.out", "wb") as out, open(f"{folder}/{name}.err", "wb") as err:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
say(f"pid {child.pid}")
ended = os.pidfd_open(child.pid)
ready, _, _ = select.select([0, ended], [], [])
if ended not in ready:
    child.send_signal(signal.SIGTERM)
    if not select.select([ended], [], [], 25)[0]:
        child.kill()
say(f"exit {child.wait()}")
