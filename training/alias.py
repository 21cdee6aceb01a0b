"""Moving an alias, which is how a version goes live."""

from __future__ import annotations

from training.champion import CHAMPION, promote
from training.registry import Registry, RegistryError, Version


def move(registry: Registry, name: str, alias: str, number: int) -> None:
    versions = {version.number: version for version in registry.versions(name)}
    if number not in versions:
        there = ", ".join(str(known) for known in versions) or "none"
        raise RegistryError(f"{name} has no version {number}: there are {there}")
    before = next((version for version in versions.values() if alias in version.aliases), None)
    if alias == CHAMPION:
        promote(registry, versions[number], before)
    else:
        registry.set_alias(name, alias, number)
    print(f"{name}@{alias}: {_shown(before)} -> v{number}")


def _shown(version: Version | None) -> str:
    return f"v{version.number}" if version else "none"
