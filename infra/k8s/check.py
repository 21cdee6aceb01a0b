"""What kustomize has rendered: valid for Kubernetes and its operators, and as safe as promised."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

PROJECT = Path(__file__).resolve().parents[2]
KUBERNETES = "1.37"
MODULES = {"api": "api-frontend", "worker": "model-worker", "monitor": "monitor"}
# Nothing of ours is in these: kustomize reads them.
KUSTOMIZE = {"Kustomization", "Component"}

Manifest = dict


def documents(file: Path) -> list[Manifest]:
    return [document for document in yaml.safe_load_all(file.read_text()) if document]


def name_of(manifest: Manifest) -> str:
    return f"{manifest.get('kind')} {manifest.get('metadata', {}).get('name')}"


def closed(schema: object) -> object:
    """The same schema, in which an unknown field is an error; a cluster drops it silently."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    is_open = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if schema.get("type") == "object" and schema.get("properties") and not is_open:
        shut["additionalProperties"] = False
    return shut


def operator_schemas(folder: Path) -> dict[tuple[str, str], object]:
    """By apiVersion and kind, of the CustomResourceDefinitions in this folder."""
    schemas = {}
    for file in sorted(folder.glob("*.yaml")):
        for definition in documents(file):
            spec = definition["spec"]
            for version in spec["versions"]:
                key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                schemas[key] = closed(version["schema"]["openAPIV3Schema"])
    return schemas


def schema_faults(manifest: Manifest, schemas: dict[tuple[str, str], object]) -> Iterator[str]:
    schema = schemas.get((manifest["apiVersion"], manifest["kind"]))
    if schema is not None:
        for error in jsonschema.Draft202012Validator(schema).iter_errors(manifest):
            yield f"{name_of(manifest)}: {error.json_path}: {error.message}"
        return
    try:
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{name_of(manifest)}: {'.'.join(map(str, error.path))}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        yield f"{name_of(manifest)}: {error.message}"


def pod_of(manifest: Manifest) -> dict:
    """The specification of the Pods that this makes; empty for what makes none."""
    spec = manifest.get("spec") or {}
    if manifest["kind"] == "Pod":
        return spec
    if manifest["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return (spec.get("template") or {}).get("spec") or {}


def containers_of(pod: dict) -> list[dict]:
    return [one for kind in ("initContainers", "containers") for one in pod.get(kind, [])]


def security_faults(manifest: Manifest) -> Iterator[str]:
    pod = pod_of(manifest)
    for shared in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(shared):
            yield f"{name_of(manifest)}: {shared}"
    if any("hostPath" in volume for volume in pod.get("volumes", [])):
        yield f"{name_of(manifest)}: a volume of the node's"
    if pod and pod.get("automountServiceAccountToken") is not False:
        yield f"{name_of(manifest)}: automountServiceAccountToken is not false"
    for container in containers_of(pod):
        where = f"{name_of(manifest)}, container {container['name']}"
        own = container.get("securityContext", {})
        both = {**pod.get("securityContext", {}), **own}
        resources = container.get("resources", {})
        promises = {
            "runAsNonRoot": both.get("runAsNonRoot") is True,
            "a runAsUser that is not root": both.get("runAsUser", 0) > 0,
            "seccompProfile RuntimeDefault": both.get("seccompProfile")
            == {"type": "RuntimeDefault"},
            "readOnlyRootFilesystem": own.get("readOnlyRootFilesystem") is True,
            "allowPrivilegeEscalation: false": own.get("allowPrivilegeEscalation") is False,
            "capabilities: drop [ALL]": own.get("capabilities") == {"drop": ["ALL"]},
            "not privileged": not own.get("privileged"),
            "requests of cpu and memory": {"cpu", "memory"} <= set(resources.get("requests", {})),
            "a limit of memory": "memory" in resources.get("limits", {}),
        }
        yield from (f"{where}: without {promise}" for promise, kept in promises.items() if not kept)


def secret_faults() -> Iterator[str]:
    for file in sorted((PROJECT / "infra").rglob("*.y*ml")):
        if "target" in file.parts:
            continue
        for manifest in documents(file):
            if not isinstance(manifest, dict):
                continue
            if manifest.get("kind") == "Secret" and (
                manifest.get("data") or manifest.get("stringData")
            ):
                yield f"{file.relative_to(PROJECT)}: {name_of(manifest)} has data"
            if manifest.get("kind") in KUSTOMIZE and manifest.get("secretGenerator"):
                yield f"{file.relative_to(PROJECT)}: makes a Secret"


def options_of(process: str) -> set[str]:
    """The environment variables that a process reads: of its options, and of the log's settings."""
    texts = [
        file.read_text()
        for file in (PROJECT / MODULES[process] / "src/main/java").rglob("*Settings.java")
    ]
    own = "\n".join(texts)
    # Groups of options that several processes have.
    for file in (PROJECT / "shared/src/main/java/dev/sluice/settings").glob("*Settings.java"):
        if re.search(rf"\b{file.stem}\b", own):
            texts.append(file.read_text())
    options = set()
    for text in texts:
        for option in re.findall(r'names\s*=\s*"--([a-z0-9-]+)"', text):
            options.add("SLUICE_" + option.replace("-", "_").upper())
    log = (PROJECT / "shared/src/main/resources/logback.xml").read_text()
    return options | set(re.findall(r"\$\{(SLUICE_\w+)", log))


def settings_of(container: dict, maps: dict[str, dict]) -> dict[str, dict[str, str]]:
    """What a container is told, by the ConfigMap that says it; what it says itself under ""."""
    names = [source.get("configMapRef", {}).get("name") for source in container.get("envFrom", [])]
    settings = {name: maps.get(name, {}) for name in names if name}
    settings[""] = {one["name"]: one.get("value", "") for one in container.get("env", [])}
    return settings


def reference_faults(manifests: list[Manifest]) -> Iterator[str]:
    """What is named and not there: kustomize renders it all the same, and the Pod never starts."""
    there = {(one["kind"], one["metadata"]["name"]) for one in manifests}
    for manifest in manifests:
        pod = pod_of(manifest)
        named = {("ConfigMap", one["configMap"]["name"]) for one in pod.get("volumes", [])
                 if "configMap" in one}  # fmt: skip
        for container in containers_of(pod):
            for source in container.get("envFrom", []):
                if "configMapRef" in source:
                    named.add(("ConfigMap", source["configMapRef"]["name"]))
        if pod.get("serviceAccountName"):
            named.add(("ServiceAccount", pod["serviceAccountName"]))
        if manifest["kind"] in ("HorizontalPodAutoscaler", "ScaledObject"):
            named.add(("Deployment", manifest["spec"]["scaleTargetRef"]["name"]))
        for kind, name in sorted(named - there):
            yield f"{name_of(manifest)}: there is no {kind} {name}"


def image_paths(process: str) -> dict[str, str]:
    """Where the image of this process puts what it writes."""
    dockerfile = (PROJECT / "infra/images" / process / "Dockerfile").read_text()
    return dict(re.findall(r"\b(SLUICE_CACHE|DJL_CACHE_DIR)=(/\S+)", dockerfile))


def process_faults(manifests: list[Manifest]) -> Iterator[str]:
    """Of our own processes: settings that none reads, and paths that cannot be written."""
    maps = {one["metadata"]["name"]: one.get("data", {}) for one in manifests
            if one["kind"] == "ConfigMap"}  # fmt: skip
    anybodys = set().union(*map(options_of, MODULES))
    seen = set()
    for manifest in manifests:
        for container in containers_of(pod_of(manifest)):
            process = container["image"].partition(":")[0].removeprefix("sluice/")
            if process not in MODULES:
                continue
            seen.add(process)
            where = name_of(manifest)
            told = image_paths(process)
            for source, settings in settings_of(container, maps).items():
                # What all are told need not be read by each of them.
                known = anybodys if source.startswith("sluice-settings") else options_of(process)
                for variable in sorted(settings):
                    if variable.startswith("SLUICE_") and variable not in known:
                        yield f"{where}: no option reads {variable} (of {source or 'its env'})"
                told |= settings
            mounts = [one["mountPath"] for one in container.get("volumeMounts", [])
                      if not one.get("readOnly")]  # fmt: skip
            for variable, path in sorted(told.items()):
                if path.startswith("/") and not any(
                    Path(path).is_relative_to(mount) for mount in mounts
                ):
                    yield f"{where}: {variable}={path} is on no volume that can be written"
    for process in sorted(set(MODULES) - seen):
        yield f"there is no container of sluice/{process}"


def rule_faults(manifests: list[Manifest]) -> Iterator[str]:
    rules = yaml.safe_load((PROJECT / "infra/prometheus/rules/sluice.yml").read_text())
    for manifest in manifests:
        if manifest["kind"] == "PrometheusRule" and manifest["spec"] != rules:
            yield f"{name_of(manifest)}: spec is not infra/prometheus/rules/sluice.yml any more"


def main(crds: str, *rendered: str) -> int:
    """Of a folder of CustomResourceDefinitions and the files that kustomize has rendered."""
    schemas = operator_schemas(Path(crds))
    faults = list(secret_faults())
    kinds: set[str] = set()
    for name in rendered:
        file = Path(name)
        manifests = documents(file)
        found = [fault for one in manifests for fault in schema_faults(one, schemas)]
        found += [fault for one in manifests for fault in security_faults(one)]
        found += [*reference_faults(manifests), *process_faults(manifests), *rule_faults(manifests)]
        for one in manifests:
            kinds.add(one["kind"])
            if one["kind"] == "Secret" and (one.get("data") or one.get("stringData")):
                found.append(f"{name_of(one)} has data")
        print(f"{file.stem}: {len(manifests)} manifests, {len(found)} faults")
        faults += [f"{file.stem}: {fault}" for fault in found]
    # A rule that is in no rendering would be compared with nothing.
    for kind in ("ScaledObject", "PodMonitor", "PrometheusRule"):
        if kind not in kinds:
            faults.append(f"no rendering has a {kind}")
        if not any(known == kind for _, known in schemas):
            faults.append(f"{crds} has no schema of {kind}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
