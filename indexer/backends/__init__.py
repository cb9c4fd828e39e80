"""One search engine a module, behind the protocols of ``base``."""
