"""The simulation: state, a clock, and a list of things that will happen later.

Knows no provider and no web framework. Money is integer minor units and time is
integer microseconds everywhere in here; a provider's schemas turn both into the wire's form.
"""
