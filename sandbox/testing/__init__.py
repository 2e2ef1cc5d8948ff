"""What searches for the weather in which a test fails.

Only a test that asks for that imports it. Its modules know each other and the client that they are
handed, but not the rest of this package, so they work under another name as well.
"""
