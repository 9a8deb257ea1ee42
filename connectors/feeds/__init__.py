"""Feeds: RSS, Atom and JSON Feed, from the bytes of one address to mentions and the place it has come to."""
