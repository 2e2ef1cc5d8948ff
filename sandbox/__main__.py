"""Where the command `refund-sandbox` begins, and `python -m sandbox`."""

import atexit
import gc


def main() -> None:
    """Run the command."""
    gc.disable()  # nothing that a start makes is garbage: this saves `health` a sixth of its time
    atexit.register(gc.freeze)  # nor is it worth a look at the end
    from sandbox.cli import main as command

    command(prog_name="refund-sandbox")


if __name__ == "__main__":
    main()
