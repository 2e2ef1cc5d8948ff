collect_ignore = ["cases"]  # which run in copies, each beside its neighbour
