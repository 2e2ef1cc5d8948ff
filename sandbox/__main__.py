"""Where the command `refund-sandbox` begins, and `python -m sandbox`."""

import atexit
import gc
import os
import signal
import sys


def main() -> None:
    """Run the command."""
    if os.getpid() == 1:  # a container's: no signal reaches it that it has no handler for
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    gc.disable()  # nothing that a start makes is garbage: this saves `health` a sixth of its time
    atexit.register(gc.freeze)  # nor is it worth a look at the end
    from sandbox.cli import main as command

    command(prog_name="refund-sandbox")


if __name__ == "__main__":
    main()
