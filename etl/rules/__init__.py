"""Pure: readings in, findings out; the only door to Great Expectations.

The walk: check -> frame (one tall frame a batch) -> suites (what expectations/ says of it) -> case (one
form with what was found) -> faults, heads, causes (one cause, one finding). Great Expectations takes
seconds to import, so only suites.py does, when the first batch is checked.
"""
