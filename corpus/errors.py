"""Every error that Tiaowen raises on purpose.

::

    TiaowenError
    ├── InputError                  the caller's input is at fault (exit status 2, HTTP 4xx)
    │   ├── DocumentError           one document cannot be read; the others go on
    │   │   ├── EmptyDocumentError
    │   │   ├── BinaryDocumentError
    │   │   ├── EncryptedDocumentError
    │   │   ├── ScannedDocumentError
    │   │   ├── BrokenDocumentError
    │   │   ├── OversizedDocumentError
    │   │   └── UnknownFormatError
    │   ├── NoDocumentsError        a folder holds nothing that can be read
    │   ├── QuestionError           empty or too long
    │   ├── FilterError             unknown filter key or value
    │   └── DatasetError            a question, gold or run file is malformed
    ├── StoredIndexError            the index on disk is at fault
    │   ├── NoIndexError            none was built yet
    │   ├── DamagedIndexError       a file is missing or its checksum differs
    │   ├── IndexMismatchError      built with another format, encoder or lexicon
    │   ├── BuildInProgressError    another process builds in the same folder
    │   └── IndexServerError        the server that searches the index cannot be reached, or fails
    └── ModelError                  an encoder or reranker cannot be had
"""

from __future__ import annotations


class TiaowenError(Exception):
    """Base of all. ``str(error)`` is the fault; ``mend`` says what to do about it."""

    def __init__(self, fault: str, mend: str = "") -> None:
        super().__init__(f"{fault} {mend}".strip())
        self.fault = fault
        self.mend = mend


class InputError(TiaowenError):
    """The caller's input is at fault."""


class DocumentError(InputError):
    """One document cannot be read."""


class EmptyDocumentError(DocumentError):
    """The file holds no characters other than blanks."""


class BinaryDocumentError(DocumentError):
    """The bytes are no text in any encoding that is tried."""


class EncryptedDocumentError(DocumentError):
    """The file asks for a password."""


class ScannedDocumentError(DocumentError):
    """A PDF without a text layer."""


class BrokenDocumentError(DocumentError):
    """The file is damaged, or it is not what its suffix says."""


class OversizedDocumentError(DocumentError):
    """The file, or what it unpacks to, is larger than is read."""


class UnknownFormatError(DocumentError):
    """No reader is known for the suffix."""


class NoDocumentsError(InputError):
    """A folder holds nothing that can be read."""


class QuestionError(InputError):
    """A question is empty or too long."""


class FilterError(InputError):
    """An unknown filter key or value. ``field`` names it."""

    def __init__(self, field: str, fault: str, mend: str = "") -> None:
        super().__init__(fault, mend)
        self.field = field


class DatasetError(InputError):
    """A question, gold or run file is malformed."""


class StoredIndexError(TiaowenError):
    """The index on disk is at fault."""


class NoIndexError(StoredIndexError):
    """No index was built yet."""


class DamagedIndexError(StoredIndexError):
    """An index file is missing, or its checksum differs from the manifest."""

    def __init__(self, fault: str, mend: str = "Run 'tiaowen index' to build it again.") -> None:
        super().__init__(fault, mend)


class IndexMismatchError(StoredIndexError):
    """The index was built with another format, encoder or lexicon than the process would use."""


class BuildInProgressError(StoredIndexError):
    """Another process builds in the same folder."""


class IndexServerError(StoredIndexError):
    """The server that searches the index cannot be reached, or fails."""


class ModelError(TiaowenError):
    """An encoder or reranker cannot be had."""
