"""Raw compounds of an ordinary day: known molecules, and every fault between them."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image

from training.molecules.smiles import KNOWN, NAPROXEN


def compounds(samples: Path) -> bytes:
    """A JSON array with a record on each line, damaged, and cut off in its last one."""
    good = [_record(number, *known) for number, known in enumerate(_known(samples), start=1)]
    first, second = good[0], good[1]
    text = base64.b64encode((samples / "text.jpg").read_bytes()).decode()
    half = base64.b64encode(base64.b64decode(first["image"])[:4000]).decode()
    bomb = base64.b64encode((samples / "bomb.png").read_bytes()).decode()
    new: dict[str, Any] = {**first, "image": _white()}
    lines = [_line(record) for record in good]
    bad = [
        _line(first),
        _line({**second, "name": "under another name"}),
        _line({**new, "compound_id": "../../outside"}),
        _line({**new, "compound_id": "BAD-2", "num_rings": "two"}),
        _line({**new, "compound_id": "BAD-3", "num_rings": -1}),
        _line({**new, "compound_id": "BAD-4", "name": "  "}),
        _line({**new, "compound_id": "BAD-5", "smiles": "no smiles!"}),
        _line({**new, "compound_id": "BAD-6", "image": "no base64!"}),
        _line({**new, "compound_id": "BAD-7", "image": text}),
        _line({**new, "compound_id": "BAD-8", "image": half}),
        _line({**new, "compound_id": "BAD-9", "image": bomb}),
        _line({name: new[name] for name in ("compound_id", "name", "smiles")}),
        _line({**new, "compound_id": "BAD-11", "name": "Coffeïn"}).decode().encode("latin-1"),
        b'{"compound_id": "BAD-12", "num_rings": NaN}',
        b'{"compound_id": "BAD-13", "compound_id": "BAD-14"}',
        b'"BAD-15"',
        b'{"compound_id": "BAD-16" "num_rings": 2}',
    ]
    # One fault behind each record, as long as there are records.
    mixed = [line for pair in zip(lines, bad, strict=False) for line in pair] + bad[len(lines) :]
    cut = _line({**new, "compound_id": "BAD-17"})[:-30]
    return b"[\n" + b",\n".join([*mixed, cut])


def _white() -> str:
    content = io.BytesIO()
    Image.new("L", (8, 8), 255).save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


def _known(samples: Path) -> list[tuple[str, str, Path]]:
    drawn = (samples / "molecules").glob("*.png")
    pictures = {file.stem.rpartition("-")[0]: file for file in drawn}
    others = [(name, smiles, pictures[name]) for name, smiles in KNOWN.items()]
    return [("naproxen", NAPROXEN, samples / "molecule.png"), *others]


def _record(number: int, name: str, smiles: str, picture: Path) -> dict[str, Any]:
    rings = 2 if name == "naproxen" else int(picture.stem.rpartition("-")[2])
    return {
        "compound_id": f"CMP-{number:04d}",
        "name": name,
        "smiles": smiles,
        "num_rings": rings,
        "image": base64.b64encode(picture.read_bytes()).decode(),
    }


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()
