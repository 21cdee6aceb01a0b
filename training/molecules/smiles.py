"""Molecules people know, by the name under which they are drawn."""

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
