"""Where MLflow is and who we are to it, as MLflow's own client is told; for both of our clients."""

from __future__ import annotations

import base64
import os
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from training.failure import TrainingFailure

USERNAME, PASSWORD = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
TOKEN = "MLFLOW_TRACKING_TOKEN"
CERTIFICATES = "MLFLOW_TRACKING_SERVER_CERT_PATH"
DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressError(TrainingFailure):
    """Not the address of an MLflow server; the message does not show its password."""


@dataclass(frozen=True)
class MlflowServer:
    """The address is without user and password; those are in the environment that is given."""

    url: str
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def at(cls, address: str, environment: Mapping[str, str] | None = None) -> MlflowServer:
        """User and password of the address go before those of the environment."""
        parts = _split(address.rstrip("/"))
        environment = dict(os.environ if environment is None else environment)
        if parts.username is not None:
            environment[USERNAME] = unquote(parts.username)
            environment[PASSWORD] = unquote(parts.password or "")
            environment.pop(TOKEN, None)
        netloc = parts.netloc.rpartition("@")[2]
        return cls(urlunsplit((parts.scheme, netloc, parts.path, "", "")), environment)

    def authorization(self) -> dict[str, str]:
        """The header of each request; none for an open server."""
        user, password, token = (self.environment.get(n, "") for n in (USERNAME, PASSWORD, TOKEN))
        if user and password:
            pair = base64.b64encode(f"{user}:{password}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        return {"Authorization": f"Bearer {token}"} if token else {}

    def opener(self) -> urllib.request.OpenerDirector:
        """Follows no redirect: the credentials are for this server only."""
        authorities = self.environment.get(CERTIFICATES) or None
        try:
            trust = ssl.create_default_context(cafile=authorities)
        except OSError as failure:
            raise AddressError(
                f"the certificates in {authorities} cannot be read ({failure}): "
                f"name a PEM file in {CERTIFICATES}"
            ) from failure
        return urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=trust))

    def is_at(self, authority: str) -> bool:
        """Whether an authority, host[:port], is that of this server."""
        ours = urlsplit(self.url)
        try:
            other = urlsplit(f"{ours.scheme}://{authority}")
            return "@" not in authority and (ours.hostname, _port(ours)) == (
                other.hostname,
                _port(other),
            )
        except ValueError:
            return False

    def hand_to_mlflow(self) -> None:
        """MLflow's own client reads its credentials from the environment of the process."""
        for name in (USERNAME, PASSWORD, TOKEN):
            if name in self.environment:
                os.environ[name] = self.environment[name]
            else:
                os.environ.pop(name, None)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        if parts.scheme in DEFAULT_PORTS and parts.hostname and _port(parts):
            return parts
    except ValueError:
        pass  # its message may show the password
    scheme, slashes, rest = address.partition("//")
    raise AddressError(
        f"'{scheme}{slashes}{rest.rpartition('@')[2]}' is not the address of an MLflow server: "
        "give one such as http://127.0.0.1:5000, special characters of a password percent-encoded"
    )


def _port(parts: SplitResult) -> int:
    return parts.port or DEFAULT_PORTS[parts.scheme]
