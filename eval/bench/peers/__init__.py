"""One program for each peer, run by the peer's own interpreter: they import nothing of this project."""
