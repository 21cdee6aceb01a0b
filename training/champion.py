"""Which version is live: moving the alias is the deployment, and a tag knows the way back."""

from __future__ import annotations

from training.registry import Registry, RegistryError, Version

CHAMPION = "champion"
REPLACED = "replaced"


def promote(registry: Registry, version: Version, before: Version | None) -> None:
    """`before` is the champion it replaces."""
    if before is not None and before.number != version.number:
        # First: when the alias has moved, the way back is known.
        registry.tag(version, REPLACED, str(before.number))
    registry.set_alias(version.name, CHAMPION, version.number)


def roll_back(registry: Registry, name: str) -> tuple[Version, Version]:
    """Puts back what the champion replaced; from which version and to which."""
    versions = {version.number: version for version in registry.versions(name)}
    current = next((v for v in versions.values() if CHAMPION in v.aliases), None)
    if current is None:
        raise RegistryError(f"{name} has no {CHAMPION}: there is nothing to put back")
    replaced = current.tags.get(REPLACED)
    last = versions.get(int(replaced)) if replaced else None
    if last is None:
        raise RegistryError(
            f"{name} v{current.number} replaced no version that is there: "
            f"`python -m training alias {name} {CHAMPION} VERSION` takes any"
        )
    registry.set_alias(name, CHAMPION, last.number)
    return current, last
