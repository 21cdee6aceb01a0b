"""Moving an alias, which is how a version goes live."""

from __future__ import annotations

from training.registry import Registry, RegistryError, Version


def move(registry: Registry, name: str, alias: str, number: int) -> None:
    versions = registry.versions(name)
    if number not in {version.number for version in versions}:
        there = ", ".join(str(version.number) for version in versions) or "none"
        raise RegistryError(f"{name} has no version {number}: there are {there}")
    before = next((version for version in versions if alias in version.aliases), None)
    registry.set_alias(name, alias, number)
    print(f"{name}@{alias}: {_shown(before)} -> v{number}")


def _shown(version: Version | None) -> str:
    return f"v{version.number}" if version else "none"
