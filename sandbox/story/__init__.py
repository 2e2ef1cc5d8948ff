"""The story of a world: what happened in it, in the order of its time, as a picture or as text."""
