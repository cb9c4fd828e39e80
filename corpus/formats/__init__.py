"""Readers of formats that are more than characters, one module each; imported when such a file is read."""
