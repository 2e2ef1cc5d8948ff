"""The dashboard, at `/_sandbox/dashboard`: what goes on in a world, for people."""
