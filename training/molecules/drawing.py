"""Random molecules with a known number of rings, drawn as people draw them."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image
from rdkit import Chem, rdBase
from rdkit.Chem import rdDepictor, rdMolDescriptors
from rdkit.Chem.Draw import rdMolDraw2D

SIZE = 300
CLASSES = 5

# SMILES of ring systems by number of rings; what follows one bonds to its last atom.
RING_SYSTEMS = {
    1: (
        "c1ccc(cc1)",
        "c1cccc(c1)",
        "c1ccc(nc1)",
        "c1cnc(nc1)",
        "c1csc(c1)",
        "c1coc(c1)",
        "C1CCC(CC1)",
        "C1CCC(C1)",
        "C1CCN(CC1)",
        "N1CCN(CC1)",
        "O1CCC(CC1)",
        "C1CC1",
        "C1CCC1",
        "C1CCCCC(C1)",
    ),
    2: (
        "c1ccc2cc(ccc2c1)",
        "c1ccc2nc(ccc2c1)",
        "c1ccc2[nH]cc(c2c1)",
        "c1ccc2nc(sc2c1)",
        "c1ccc2oc(cc2c1)",
        "n1cnc2[nH]c(nc2c1)",
        "C1=NC2=C(N1)N=C(NC2)",
        "C1CC2CN(CC2C1)",
        "C1CCCc2ccc(cc2C1)",
        "C1CN=Cc2ccc(cc2N1)",
        "C1CCC2CC(CCC2C1)",
        "C1CC2CCC1C(C2)",
        "c1ccc2c(c1)CCC(C2)",
        "C1CCC2(CC1)CCC(C2)",
    ),
    3: (
        "c1ccc2cc3cc(ccc3cc2c1)",
        "c1ccc2c(c1)ccc1cc(ccc12)",
        "c1ccc2c(c1)[nH]c1cc(ccc12)",
        "c1ccc2c(c1)oc1cc(ccc12)",
        "c1ccc2c(c1)Cc1cc(ccc1O2)",
        "C1CCC2C(C1)CCC1CC(CCC12)",
        "c1ccc2c(c1)C=Cc1cc(ccc1N2)",
        "C1CCC2(C1)CCc1cc(ccc12)",
    ),
    4: (
        "C1CCC2C(C1)CCC1C2CCC2CC(CC12)",
        "c1ccc2cc3cc4cc(ccc4cc3cc2c1)",
        "C1CC2CCC3CCCC4CC(C1)C2C34",
        "c1cc2ccc3cccc4cc(c1)c2c34",
        "C1CCC2C(C1)CCC1C2CCc2cc(ccc12)",
    ),
}
CHAINS = ("", "C", "CC", "O", "N", "C(=O)", "C(=O)N", "CO", "S(=O)(=O)N", "C=C", "CC(C)", "C(O)C")
ENDS = ("C", "O", "N", "F", "Cl", "Br", "C#N", "C(=O)O", "C(F)(F)F", "OC", "N(C)C", "C(C)C", "CCC")
BRANCHES = ("C", "O", "F", "CC", "Cl", "N", "=O")
SUBSTITUENTS = (6, 6, 6, 7, 8, 8, 9, 17)
LINKS = ("C", "C", "C", "N", "O", "C(=O)", "C=C", "C(C)", "C(O)", "C(CC)")


@dataclass(frozen=True)
class Drawn:
    smiles: str
    rings: int
    png: bytes

    @property
    def image(self) -> Image.Image:
        return Image.open(io.BytesIO(self.png)).convert("RGB")


def molecules(per_class: int, seed: int) -> Iterator[Drawn]:
    """As many of each class, no molecule twice, in random order."""
    chance = random.Random(seed)
    wanted = dict.fromkeys(range(CLASSES), per_class)
    seen: set[str] = set()
    with rdBase.BlockLogs():
        while any(wanted.values()):
            rings = chance.choice([ring for ring, left in wanted.items() if left])
            chained = Chem.MolFromSmiles(_smiles(rings, chance))
            if chained is None or rdMolDescriptors.CalcNumRings(chained) != rings:
                continue
            molecule = _decorated(chained, chance)
            canonical = Chem.MolToSmiles(molecule)
            if canonical not in seen:
                seen.add(canonical)
                wanted[rings] -= 1
                yield Drawn(canonical, rings, draw(molecule, chance))


def _smiles(rings: int, chance: random.Random) -> str:
    parts = [chance.choice(("C", "O", "CC", "N", "CCC"))]
    left = rings
    while left:
        system = chance.choice([size for size in RING_SYSTEMS if size <= left])
        parts += [chance.choice(CHAINS), chance.choice(RING_SYSTEMS[system])]
        left -= system
    if rings == 0:
        parts += _chain(chance, chance.randint(2, 12))
    parts += [chance.choice(CHAINS), chance.choice(ENDS)]
    return "".join(parts)


def _chain(chance: random.Random, length: int) -> list[str]:
    return [
        chance.choice(LINKS) + (f"({chance.choice(BRANCHES)})" if chance.random() < 0.15 else "")
        for _ in range(length)
    ]


def _decorated(molecule: Chem.Mol, chance: random.Random) -> Chem.Mol:
    """With up to five more atoms, each in place of a hydrogen: on rings as well as on chains."""
    grown = Chem.RWMol(molecule)
    for _ in range(chance.choice((0, 0, 1, 2, 3, 5))):
        free = [atom.GetIdx() for atom in grown.GetAtoms() if atom.GetNumImplicitHs()]
        if not free:
            break
        place = chance.choice(free)
        added = grown.AddAtom(Chem.Atom(chance.choice(SUBSTITUENTS)))
        grown.AddBond(place, added, Chem.BondType.SINGLE)
        Chem.SanitizeMol(grown)
    return grown.GetMol()


def draw(molecule: Chem.Mol, chance: random.Random) -> bytes:
    """A PNG of SIZE x SIZE, turned by any angle."""
    rdDepictor.Compute2DCoords(molecule)
    canvas = rdMolDraw2D.MolDraw2DCairo(SIZE, SIZE)
    options = canvas.drawOptions()
    options.rotate = chance.uniform(0, 360)
    options.bondLineWidth = chance.choice((1, 2, 2, 3))
    options.padding = chance.uniform(0.03, 0.15)
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, molecule)
    return canvas.GetDrawingText()
