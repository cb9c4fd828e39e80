"""Benchmarks: each prints figures, side by side with a peer in one run."""
