"""The MLflow registry over REST, standard library only: importing mlflow takes seconds."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.failure import TrainingFailure

API = "/api/2.0/mlflow/"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
TIMEOUT_SECONDS = 60


class RegistryError(TrainingFailure):
    """The registry cannot be reached or refuses; the message says what to do."""


class NotRegistered(RegistryError):
    """The registry knows no such model or version."""


@dataclass(frozen=True)
class Version:
    """A registered model version with the aliases that point at it now."""

    name: str
    number: int
    tags: dict[str, str]
    aliases: tuple[str, ...] = ()


class Registry:
    def __init__(self, tracking_uri: str) -> None:
        if not tracking_uri.startswith(("http://", "https://")):
            raise RegistryError(
                f"'{tracking_uri}' is not the address of an MLflow server: "
                "give one such as http://127.0.0.1:5000"
            )
        self.uri = tracking_uri.rstrip("/")

    def versions(self, name: str) -> list[Version]:
        """All versions of a model, oldest first; none when the model is not registered."""
        aliases = self._aliases(name)
        found: list[Version] = []
        query = {"filter": f"name='{name}'", "max_results": "200"}
        while True:
            page = self._call("GET", "model-versions/search", query)
            found += [_version(entry, aliases) for entry in page.get("model_versions", [])]
            if not page.get("next_page_token"):
                return sorted(found, key=lambda version: version.number)
            query["page_token"] = page["next_page_token"]

    def aliased(self, name: str, alias: str) -> Version | None:
        """The version an alias points at; None when there is no such alias."""
        return next((v for v in self.versions(name) if alias in v.aliases), None)

    def set_alias(self, name: str, alias: str, number: int) -> None:
        body = {"name": name, "alias": alias, "version": str(number)}
        self._call("POST", "registered-models/alias", body)

    def tag(self, version: Version, key: str, value: str) -> None:
        body = {"name": version.name, "version": str(version.number), "key": key, "value": value}
        self._call("POST", "model-versions/set-tag", body)

    def describe(self, name: str, description: str) -> None:
        """Registers the model when it is new, and describes it."""
        if self._registered(name) is None:
            self._call("POST", "registered-models/create", {"name": name})
        body = {"name": name, "description": description}
        self._call("PATCH", "registered-models/update", body)

    def download(self, version: Version, into: Path) -> Path:
        """Copies the version's model folder, through the server's proxied artifacts."""
        query = {"name": version.name, "version": str(version.number)}
        where = self._call("GET", "model-versions/get-download-uri", query)["artifact_uri"]
        scheme, _, path = where.partition(":/")
        if scheme != "mlflow-artifacts":
            raise RegistryError(
                f"{version.name} v{version.number} lies at {where}, which the server does not "
                "proxy: start it with --serve-artifacts"
            )
        self._download_folder(path.strip("/"), into)
        return into

    def _download_folder(self, path: str, into: Path) -> None:
        into.mkdir(parents=True, exist_ok=True)
        listing = f"{ARTIFACTS}?{urllib.parse.urlencode({'path': path})}"
        for entry in json.loads(self._send("GET", listing).read()).get("files", []):
            name = Path(entry["path"]).name
            if entry["is_dir"]:
                self._download_folder(f"{path}/{name}", into / name)
            else:
                source = f"{ARTIFACTS}/{urllib.parse.quote(f'{path}/{name}')}"
                with self._send("GET", source) as answer, (into / name).open("wb") as file:
                    shutil.copyfileobj(answer, file)

    def _registered(self, name: str) -> dict[str, Any] | None:
        try:
            return self._call("GET", "registered-models/get", {"name": name})["registered_model"]
        except NotRegistered:
            return None

    def _aliases(self, name: str) -> dict[int, tuple[str, ...]]:
        # A search answers versions without their aliases: those come with the model.
        by_version: dict[int, tuple[str, ...]] = {}
        for entry in (self._registered(name) or {}).get("aliases", []):
            number = int(entry["version"])
            by_version[number] = (*by_version.get(number, ()), entry["alias"])
        return by_version

    def _call(self, method: str, route: str, body: dict[str, str]) -> dict[str, Any]:
        if method == "GET":
            answer = self._send(method, f"{API}{route}?{urllib.parse.urlencode(body)}")
        else:
            answer = self._send(method, f"{API}{route}", json.dumps(body).encode())
        with answer:
            return json.loads(answer.read())

    def _send(self, method: str, target: str, body: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.uri + target, body, headers, method=method)
        try:
            return urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as refusal:
            kind = NotRegistered if refusal.code == 404 else RegistryError
            raise kind(
                f"MLflow refused {method} {target}: {refusal.code} "
                f"{refusal.read(300).decode(errors='replace')}"
            ) from refusal
        except OSError as failure:
            raise RegistryError(
                f"no MLflow server answers at {self.uri} ({failure}): start one with `make run`, "
                "or give its address with --tracking-uri"
            ) from failure


def _version(entry: dict[str, Any], aliases: dict[int, tuple[str, ...]]) -> Version:
    number = int(entry["version"])
    tags = {tag["key"]: tag["value"] for tag in entry.get("tags", [])}
    return Version(entry["name"], number, tags, aliases.get(number, ()))
