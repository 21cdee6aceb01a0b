"""Executes a notebook from top to bottom and prints what its cells print.

Fails at the first cell that fails.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            print(output.get("text") or data.get("text/plain", ""))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
