"""Inbound: one file per kind of source. A module that defines a class named `Source` is a connector."""
