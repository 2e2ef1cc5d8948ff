"""A sandbox that keeps its worlds in a folder, and can be started anew."""

from contextlib import ExitStack
from pathlib import Path

from sandbox.server import Server, running
from sandbox.settings import Settings
from tests.kit import Box


class Kept(Box):
    """A sandbox with a folder for data; `restart` ends it, and starts another one on the folder."""

    server: Server

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.folder = folder
        self._settings = (settings or Settings())._replace(data=folder, port=0)
        self._stack = ExitStack()
        self._start()
        super().__init__(self.server.url, self.server.app)

    def _start(self) -> None:
        self.server = self._stack.enter_context(running(self._settings))
        self._settings = self._settings._replace(port=self.server.port)

    def stop(self) -> None:
        """End the server."""
        self._stack.close()
        self._session.close()

    def restart(self) -> None:
        """End the server in order, and start another one."""
        self.stop()
        self._start()
        self.app = self.server.app

    def close(self) -> None:
        self.stop()
        super().close()
