"""The lines of a text file in UTF-8 or, with a byte order mark, UTF-16."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from apps.imports.rows import BreaksOff, Refused

CHUNK = 1 << 16
LONGEST_LINE = 4_000_000  # characters: more is no record but a file without line ends
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Lines:
    """Iterates over lines with their ends; `whole` says whether the last one that was given has its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.whole = True
        with path.open("rb") as stream:
            start = stream.read(4)
        self.mark, self.encoding = next((pair for pair in _MARKS if start.startswith(pair[0])), (b"", "utf-8"))
        self._lines = self._read()

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def check_encoding(self) -> None:
        """Refuse the file, naming the line, where it is of another encoding; takes a millisecond a megabyte."""
        line = 1
        decoder = codecs.getincrementaldecoder(self.encoding)()
        for chunk in self._chunks():
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(self.encoding).count("\n")
                message = _(
                    "Line %(line)d is not in UTF-8 (nor UTF-16 with a byte order mark); save the file as UTF-8."
                )
                raise Refused.for_reason("encoding", message % {"line": line}, line) from None

    def _chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            stream.seek(len(self.mark))
            yield from iter(lambda: stream.read(CHUNK), b"")

    def _read(self) -> Iterator[str]:
        # It never cuts a \r\n in two; both are kept, because a cell's text is kept to the byte.
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(self.encoding)(), translate=False)
        rest, count = "", 0
        for chunk in self._chunks():
            found = list(io.StringIO(rest + decoder.decode(chunk), newline=""))
            rest = found.pop() if found and not found[-1].endswith(("\n", "\r")) else ""
            yield from found
            count += len(found)
            if len(rest) > LONGEST_LINE:
                raise BreaksOff(count + 1, _("Line %(line)d is too long to be a record.") % {"line": count + 1})
        yield from self._last(decoder, rest, count + 1)

    def _last(self, decoder: io.IncrementalNewlineDecoder, rest: str, line: int) -> Iterator[str]:
        try:
            rest += decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise BreaksOff(line) from None
        if rest:
            self.whole = rest.endswith(("\n", "\r"))
            yield rest
