"""The desk: what an analyst has chosen to look at, and the picture of it."""
