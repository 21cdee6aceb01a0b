"""Molecules people know, drawn for the samples: none of the random ones is asked for by name."""

from __future__ import annotations

import random
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from training.molecules.drawing import draw

NAPROXEN = "COc1ccc2cc(ccc2c1)C(C)C(=O)O"
KNOWN = {
    "caffeine": "CN1C=NC2=C1C(=O)N(C)C(=O)N2C",
    "citric-acid": "OC(=O)CC(O)(C(=O)O)CC(=O)O",
    "glutamic-acid": "NC(CCC(=O)O)C(=O)O",
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "ibuprofen": "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "nicotine": "CN1CCCC1c1cccnc1",
    "diazepam": "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12",
    "carbamazepine": "NC(=O)N1c2ccccc2C=Cc2ccccc12",
    "testosterone": "CC12CCC3C(CCC4=CC(=O)CCC34C)C1CCC2O",
    "ciprofloxacin": "O=C(O)C1=CN(C2CC2)c2cc(N3CCNCC3)c(F)cc2C1=O",
}


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
