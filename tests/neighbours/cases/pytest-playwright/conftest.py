import os

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    options = {"executable_path": os.environ["CHROMIUM"], "args": ["--no-sandbox"]}
    return {**browser_type_launch_args, **options}
