"""Takes the native libraries of other platforms out of jars: two thirds of the worker's bytes.

slim_jars.py FOLDER
"""

import re
import sys
import zipfile
from pathlib import Path

NATIVE = re.compile(
    r"ai/onnxruntime/native/|nu/pattern/opencv/|jnilib/.+/|com/sun/jna/[^/]+/(lib)?jnidispatch"
)
OURS = (
    "ai/onnxruntime/native/linux-x64/",
    "nu/pattern/opencv/linux/x86_64/",
    "jnilib/linux-x86_64/cpu/",
    "com/sun/jna/linux-x86-64/",
)


def slim(jar: Path) -> None:
    with zipfile.ZipFile(jar) as whole:
        entries = whole.infolist()
        kept = [e for e in entries if not NATIVE.match(e.filename) or e.filename.startswith(OURS)]
        if len(kept) == len(entries):
            return
        if not any(entry.filename.startswith(OURS) for entry in kept):
            sys.exit(f"{jar.name} has nothing for this platform: is it laid out anew?")
        fresh = jar.with_suffix(".slim")
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in kept:
                target.writestr(entry, whole.read(entry))
    print(f"{jar.name}: {jar.stat().st_size >> 20} MiB, now {fresh.stat().st_size >> 20} MiB")
    fresh.replace(jar)


for file in sorted(Path(sys.argv[1]).glob("*.jar")):
    slim(file)
