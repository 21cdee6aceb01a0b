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
from training.mlflow_server import CERTIFICATES, PASSWORD, TOKEN, USERNAME, MlflowServer

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
        self.server = MlflowServer.at(tracking_uri)
        self.uri = self.server.url
        self._opener = self.server.opener()

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
        path = self._proxied(f"{version.name} v{version.number}", where)
        self._download_folder(path, into)
        return into

    def _proxied(self, version: str, where: str) -> str:
        address = urllib.parse.urlsplit(where)
        if address.scheme != "mlflow-artifacts":
            raise RegistryError(
                f"the artifacts of {version} are at {where}, which MLflow does not proxy: "
                "start MLflow with --serve-artifacts"
            )
        if address.netloc and not self.server.is_at(address.netloc):
            raise RegistryError(
                f"the artifacts of {version} are at {where}, not at {self.uri}: "
                "give the address of that server with --tracking-uri"
            )
        return address.path.strip("/")

    def _download_folder(self, path: str, into: Path) -> None:
        into.mkdir(parents=True, exist_ok=True)
        listing = f"{ARTIFACTS}?{urllib.parse.urlencode({'path': path})}"
        for entry in self._json(self._send("GET", listing).read()).get("files", []):
            name = Path(entry["path"]).name
            if name in ("", ".."):
                raise RegistryError(
                    f"the file name {entry['path']!r} leaves the folder of the version: "
                    "register a version without it"
                )
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
            return self._json(answer.read())

    def _json(self, text: bytes) -> dict[str, Any]:
        try:
            content = json.loads(text)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise RegistryError(
                f"{self.uri} does not answer as MLflow does: "
                "give the address of MLflow itself with --tracking-uri"
            )
        return content

    def _send(self, method: str, target: str, body: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json", **self.server.authorization()}
        request = urllib.request.Request(self.uri + target, body, headers, method=method)
        try:
            return self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as answer:
            raise self._refusal(method, target, answer) from answer
        except OSError as failure:
            raise RegistryError(
                f"MLflow at {self.uri} does not answer ({failure}): start it with `make run`, "
                "give its address with --tracking-uri, "
                f"or the certificates of its authority in {CERTIFICATES}"
            ) from failure

    def _refusal(self, method: str, target: str, answer: urllib.error.HTTPError) -> RegistryError:
        said = answer.read(300).decode(errors="replace")
        if answer.code in (401, 403):
            return RegistryError(
                f"MLflow at {self.uri} refuses {method} {target} ({answer.code} {said}): set "
                f"{USERNAME} and {PASSWORD}, or {TOKEN}, of a user with the permission"
            )
        if 300 <= answer.code < 400:
            place = urllib.parse.urlsplit(answer.headers.get("Location", ""))
            return RegistryError(
                f"{self.uri} redirects to {place.scheme}://{place.hostname}{place.path}: "
                "give the address of MLflow itself with --tracking-uri"
            )
        kind = NotRegistered if answer.code == 404 else RegistryError
        return kind(f"MLflow at {self.uri} refuses {method} {target}: {answer.code} {said}")


def _version(entry: dict[str, Any], aliases: dict[int, tuple[str, ...]]) -> Version:
    number = int(entry["version"])
    tags = {tag["key"]: tag["value"] for tag in entry.get("tags", [])}
    return Version(entry["name"], number, tags, aliases.get(number, ()))
