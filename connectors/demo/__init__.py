"""An invented airline, its rivals and its care desk: a world that can be told again word for word.

What is said in a quarter of an hour depends on the seed, the platform, that quarter of an hour and the demo's anchor
alone. Nothing here reads a clock, opens a file that is not shipped, or remembers anything but what it could tell anew.
"""
