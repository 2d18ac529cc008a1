"""The JSON that the API accepts; a module of its own, for Django REST framework loads it before its views."""

import json
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, and no deeper than Python can follow."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(stream.read().decode(), parse_constant=_refuse)
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise ParseError(_("The body is not valid JSON (line %(line)d, column %(column)d).") % place) from None
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except ValueError:  # not UTF-8, NaN, or a whole number of thousands of digits
            raise ParseError(_("The body is not valid JSON.")) from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
