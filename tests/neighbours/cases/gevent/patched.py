"""A plugin, so that it comes before pytest's own modules need threads: `-p patched`."""

from gevent import monkey

monkey.patch_all()
