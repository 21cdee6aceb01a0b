"""Molecules people know, drawn for the samples: none of the random ones is asked for by name."""

from __future__ import annotations

import random
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from training.molecules.drawing import draw
from training.molecules.smiles import KNOWN, NAPROXEN


def canonical() -> set[str]:
    """What training must not see: the samples show how the network does on new molecules."""
    known = (NAPROXEN, *KNOWN.values())
    return {Chem.MolToSmiles(Chem.MolFromSmiles(smiles)) for smiles in known}


def draw_samples(samples: Path) -> None:
    """`molecule.png`, and one file per molecule and its number of rings in `molecules/`."""
    folder = samples / "molecules"
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(3)
    (samples / "molecule.png").write_bytes(draw(Chem.MolFromSmiles(NAPROXEN), chance))
    for name, smiles in KNOWN.items():
        molecule = Chem.MolFromSmiles(smiles)
        rings = rdMolDescriptors.CalcNumRings(molecule)
        (folder / f"{name}-{rings}.png").write_bytes(draw(molecule, chance))
