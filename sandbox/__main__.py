"""`python -m sandbox` is `refund-sandbox`."""

from sandbox.cli import main

main(prog_name="refund-sandbox")
