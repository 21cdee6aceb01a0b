"""TorchScript files that say nothing of the machine that made them."""

from __future__ import annotations

from pathlib import Path

import torch

# The writer adds these to every file by itself.
WRITERS_OWN = ("version", ".data/serialization_id")
DEBUG = ".debug_pkl"


def strip_debug_records(file: Path) -> None:
    """Drops the records that hold paths of source files; the code itself stays readable."""
    reader = torch._C.PyTorchFileReader(str(file))
    stripped = file.with_suffix(".stripped")
    writer = torch._C.PyTorchFileWriter(str(stripped))
    for name in reader.get_all_records():
        if name not in WRITERS_OWN and not name.endswith(DEBUG):
            content = reader.get_record(name)
            writer.write_record(name, content, len(content))
    writer.write_end_of_file()
    stripped.replace(file)
