"""What keeps a test's calls from the sandbox, and what to do: other test tools, a proxy."""

from urllib.parse import urlsplit

CURES = {
    "pytest_recording": "pass --allowed-hosts=127.0.0.1",
    "pytest_socket": "pass --allow-hosts=127.0.0.1",
    "requests_mock": (
        "call requests_mock.register_uri(ANY, re.compile(payments_sandbox.url), real_http=True)"
    ),
    "responses": "call responses.add_passthru(payments_sandbox.url)",
    "respx": 'call respx_mock.route(host="127.0.0.1").pass_through()',
    "vcr": "set ignore_localhost=True in vcrpy, or in the fixture vcr_config of pytest-recording",
}
"""What lets calls through, by the package that stops them."""
PROXY = (
    "HTTP_PROXY is set, and NO_PROXY does not name {0}, so calls may go to the proxy: "
    "set NO_PROXY=127.0.0.1,localhost"
)


def stopped_by(package: str) -> str:
    """What to do where a package stops calls."""
    return f"{package} keeps calls from the sandbox: {CURES[package]}"


def tool_that_raised(error: BaseException | None, host: str = "") -> str | None:
    """Which tool raised an error, and what to do; None where none did, or it names another host."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        module = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__"))
        if (package := module.partition(".")[0]) in CURES:
            said = str(error)
            if host in said or not ("host" in said or "://" in said):
                return stopped_by(package)
        error = error.__cause__ or error.__context__
    return None


def reason(error: BaseException, url: str, is_silent: bool) -> str | None:
    """Why calls did not come to a sandbox, where that can be seen; `is_silent` if none came."""
    from urllib.request import getproxies, proxy_bypass

    host = str(urlsplit(url).hostname)
    told = tool_that_raised(error, host)
    if told is None and is_silent and "http" in getproxies() and not proxy_bypass(host):
        return PROXY.format(host)
    return told
