"""Where a file may say how it is turned."""

from __future__ import annotations

import struct

ORIENTATIONS = range(1, 9)
# Type number, format of one value, whether Pillow takes it for a number.
TYPES = {
    "byte": (1, "B"),
    "ascii": (2, "B"),
    "short": (3, "H"),
    "long": (4, "L"),
    "rational": (5, "LL"),
    "sbyte": (6, "b"),
    "undefined": (7, "B"),
    "sshort": (8, "h"),
    "slong": (9, "l"),
    "srational": (10, "ll"),
    "float": (11, "f"),
    "double": (12, "d"),
}


def exif(orientation: int, order: str = "MM", kind: str = "short") -> bytes:
    """A directory with the orientation behind another entry."""
    end = ">" if order == "MM" else "<"
    number, form = TYPES[kind]
    value = struct.pack(end + form, *([orientation, 1] if len(form) == 2 else [orientation]))
    behind = b""
    if len(value) > 4:
        behind, value = value, struct.pack(end + "L", 8 + 2 + 2 * 12 + 4)
    head = order.encode() + struct.pack(end + "HL", 42, 8)
    entries = struct.pack(end + "HHHL", 2, 0x0100, 3, 1) + struct.pack(end + "HH", 640, 0)
    entries += struct.pack(end + "HHL", 0x0112, number, 1) + value.ljust(4, b"\0")
    return head + entries + struct.pack(end + "L", 0) + behind


def xmp(orientation: int, form: str = "attribute") -> bytes:
    inside = (
        f'<rdf:Description tiff:Orientation="{orientation}"/>'
        if form == "attribute"
        else f"<rdf:D><tiff:Orientation>{orientation}</tiff:Orientation></rdf:D>"
    )
    return (
        '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:tiff="http://ns.adobe.com/tiff/1.0/">{inside}</rdf:RDF></x:xmpmeta>'
    ).encode()


def raw_profile(orientation: int) -> bytes:
    """As ImageMagick writes it into a text of a PNG."""
    block = b"Exif\0\0" + exif(orientation)
    digits = block.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"\nexif\n{len(block):8}\n{lines}\n".encode()
