"""Runs one program and starts it again when it ends, until SIGTERM.

usage: supervise.py NAME RUN LOG STOP-SIGNAL [FIELD=VALUE ...] -- COMMAND ...

Returns once the program is started; the supervisor itself continues in the background, in a session of its own. RUN/NAME.process
holds its record. A program that ends is started again after 1 s, then 2, 4 ... 30 s; after a minute of running the pause is 1 s again.
SIGUSR1 ends a pause. Whatever a program leaves behind is ended before the next start: it may hold a port.

Every process that the program starts has SLUICE_PROCESS=RUN/NAME in its environment, so that it can be found without its parent.
"""

import os
import select
import signal
import subprocess
import sys
import time

FIRST_PAUSE = 1
LONGEST_PAUSE = 30
STEADY_AFTER = 60
LEFTOVERS_WITHIN = 5
LONGEST_LOG = 10_000_000
MARK = "SLUICE_PROCESS"


class Supervisor:
    def __init__(self, name, run, log, stop_signal, fields, command):
        self.name, self.run, self.log = name, run, log
        self.stop_signal = signal.Signals["SIG" + stop_signal]
        self.fields, self.command = fields, command
        self.mark = f"{MARK}={run}/{name}"
        self.child = None
        self.ends = 0
        self.last_end = ""
        self.log_offset = 0
        self.stopping = False
        self.wake = wake_on(signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGCHLD)

    def supervise(self, started):
        """Calls `started` once the program runs and its record is written."""
        pause = FIRST_PAUSE
        while True:
            self.end_leftovers()
            begun = time.monotonic()
            self.start()
            self.record("running")
            started()
            self.await_end()
            if self.stopping:
                break
            if time.monotonic() - begun >= STEADY_AFTER:
                pause = FIRST_PAUSE
            self.ends += 1
            self.say(f"{self.name} has ended ({self.last_end}): starting it again in {pause} s")
            self.record("restarting", f"retry_at={int(time.time()) + pause}")
            self.rest(pause)
            if self.stopping:
                break
            pause = min(2 * pause, LONGEST_PAUSE)
        self.end_leftovers()
        self.record("stopped")

    def start(self):
        if size(self.log) > LONGEST_LOG:
            os.replace(self.log, self.log + ".1")
        self.log_offset = size(self.log)
        with open(self.log, "ab") as log:
            # The supervisor writes to the same file.
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        environment = dict(os.environ, **dict([self.mark.split("=", 1)]))
        try:
            self.child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            self.child = None
            self.last_end = str(error)

    def await_end(self):
        while self.child is not None:
            status = self.child.poll()
            if status is not None:
                self.last_end = told(status)
                self.child = None
            else:
                self.await_signal(None)

    def rest(self, seconds):
        """Until the time is over, or a stop or SIGUSR1 comes."""
        over = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < over:
            if signal.SIGUSR1 in self.await_signal(over - time.monotonic()):
                return

    def await_signal(self, seconds):
        readable, _, _ = select.select([self.wake], [], [], seconds)
        arrived = set(os.read(self.wake, 512)) if readable else set()
        if arrived & {signal.SIGTERM, signal.SIGINT} and not self.stopping:
            self.stopping = True
            if self.child is not None:
                self.record("stopping")
                self.child.poll()
                if self.child.returncode is None:
                    os.killpg(self.child.pid, self.stop_signal)
        return arrived

    def end_leftovers(self):
        """Ends the processes that the program has started and not ended."""
        over = time.monotonic() + LEFTOVERS_WITHIN
        send = signal.SIGTERM
        while left := marked(self.mark):
            if send is not None:
                self.say(f"{self.name} has left processes behind, ending them: {left}")
                for pid in left:
                    send_to(pid, send)
                send = None
            elif time.monotonic() > over:
                send = signal.SIGKILL
                over = time.monotonic() + LEFTOVERS_WITHIN
            time.sleep(0.05)

    def record(self, state, *more):
        """Replaces the record as a whole."""
        lines = [f"supervisor={os.getpid()}", f"supervisor_started={identity(os.getpid())}"]
        if self.child is not None:
            lines += [f"pid={self.child.pid}", f"started={identity(self.child.pid) or 'gone'}"]
        lines += [f"state={state}", f"ends={self.ends}", f"last_end={self.last_end}"]
        lines += [f"log={self.log}", f"log_offset={self.log_offset}", *more, *self.fields]
        new = f"{self.run}/.{self.name}.new"
        try:
            with open(new, "w") as file:
                file.write("\n".join(lines) + "\n")
            os.replace(new, f"{self.run}/{self.name}.process")
        except OSError as error:
            # A full disk does not end the program.
            self.say(f"cannot write the record of {self.name}: {error}")

    def say(self, text):
        try:
            print(time.strftime("%Y-%m-%dT%H:%M:%S"), f"sluice: {text}", flush=True)
        except OSError:
            pass


def wake_on(*signals):
    """A descriptor from which each of these signals is read as a byte."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    for each in signals:
        signal.signal(each, lambda *_: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    return read


def told(status):
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def size(file):
    try:
        return os.path.getsize(file)
    except OSError:
        return 0


def identity(pid):
    """The boot and the start time, as identity_of in processes.sh; empty if there is no such process."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            boot = file.read()[:8]
        with open(f"/proc/{pid}/stat") as file:
            # The name in field 2 may contain blanks and parentheses: count from its end.
            return f"{boot}-{file.read().rpartition(')')[2].split()[19]}"
    except (OSError, IndexError):
        if os.path.isdir("/proc/self"):
            return ""
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], stdout=subprocess.PIPE)
    return "_".join(shown.stdout.decode().split())


def marked(mark):
    """The processes with this setting in their environment, except this one; none where /proc does not show it."""
    found = []
    for pid in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        if pid.isdigit() and int(pid) != os.getpid():
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if mark.encode() in file.read().split(b"\0"):
                        found.append(int(pid))
            except OSError:
                pass
    return found


def send_to(pid, what):
    try:
        os.kill(pid, what)
    except OSError:
        pass


def main():
    name, run, log, stop_signal = sys.argv[1:5]
    end = sys.argv.index("--")
    read, write = os.pipe()
    if os.fork() > 0:
        os.close(write)
        os.read(read, 1)
        return
    os.setsid()
    # Nothing of the caller stays open, except what this process itself uses: a pipe would never end.
    os.closerange(3, write)
    os.closerange(write + 1, 256)

    def started():
        nonlocal write
        if write is not None:
            os.close(write)
            write = None

    Supervisor(name, run, log, stop_signal, sys.argv[5:end], sys.argv[end + 1 :]).supervise(started)


if __name__ == "__main__":
    main()
