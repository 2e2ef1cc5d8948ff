"""`refund-sandbox story`."""

import click

from sandbox.cli.talk import Talk, talks


@click.command()
@click.option("--subject", metavar="ID", help="A payment's or a refund's id or reference, alone.")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["svg", "mmd", "json"]),
    help="A picture, a diagram of Mermaid's, or JSON.  [as the file's name ends, else mmd]",
)
@click.option("--limit", type=int, help="That many events, the latest; 200, unless given.")
@click.option("--output", type=click.Path(dir_okay=False), help="A file for it; it is overwritten.")
@talks(
    "story --output story.svg",
    "story --subject 3500000 --format mmd",
)
def story(
    talk: Talk, /, subject: str | None, wanted: str | None, limit: int | None, output: str | None
) -> None:
    """Tell what happened in the world, and when."""
    format = wanted or ("json" if talk.is_json else _ending(output))
    told = talk.sandbox.story(subject, format=format, limit=limit)
    if output is None:
        click.echo(told, nl=False)
        return
    try:
        with open(output, "w", encoding="utf-8", newline="") as file:
            file.write(told)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error
    click.echo(f"the story is in {output}")


def _ending(output: str | None) -> str:
    """The format that the name of a file asks for."""
    ending = (output or "").rpartition(".")[2].lower()
    return ending if ending in ("svg", "json") else "mmd"
