"""Addresses of servers, checked before they are used; no message repeats one."""

from __future__ import annotations

import re
import urllib.parse

from training.failure import TrainingFailure

ENCODING_HINT = (
    "percent-encode special characters of the user name and password "
    "(%40 for @, %2F for /, %23 for #, %25 for %, %3F for ?)"
)
USER_INFO = r"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@"
HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?"
BEHIND_HOST = r"(?:[/?][^@#\s]*)?"
ADDRESS = re.compile(f"[a-z]+://(?:{USER_INFO})?{HOST}{BEHIND_HOST}")


def checked(option: str, address: str, schemes: tuple[str, ...], example: str) -> str:
    """The address; a failure never repeats it, because it may hold a password."""
    if not address.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        expected = ":// or ".join(schemes)
        raise TrainingFailure(
            f"{option}: the address does not begin with {expected}://: write one such as {example}"
        )
    if not ADDRESS.fullmatch(address):
        raise TrainingFailure(f"{option}: the address is not valid: {ENCODING_HINT}")
    return address


def anonymous(option: str, address: str) -> str:
    """The address of an HTTP server that takes no credentials, without a slash at its end."""
    example = "http://127.0.0.1:8080"
    if "@" in urllib.parse.urlsplit(checked(option, address, ("http", "https"), example)).netloc:
        raise TrainingFailure(
            f"{option}: the address has a user name, which is not sent: leave it out"
        )
    return address.rstrip("/")
