"""A visitor of the dashboard, without a browser: keeps cookies, and sends the forms it is shown."""

import re
from html import unescape

import requests

HOME = "/_sandbox/dashboard"
_TOKEN = re.compile(r'name="token" value="([^"]*)"')


class Visitor:
    """Of one sandbox, or of one world of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def get(self, path: str = "") -> requests.Response:
        """A page, by its path below the dashboard's."""
        return self.session.get(f"{self.url}{HOME}/{path}".rstrip("/"))

    def see(self, path: str = "") -> str:
        """Likewise, its text, with all marks read."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def send(self, path: str, **fields: str) -> requests.Response:
        """Send a form of the page at a path, and go where it leads."""
        match = _TOKEN.search(self.get(path).text)
        assert match is not None
        return self.session.post(f"{self.url}{HOME}/{path}", {"token": match[1], **fields})
