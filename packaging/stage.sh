#!/usr/bin/env bash
# Makes what packages hold besides the programs, from them and from the sources: man pages, completions, icons, licences.
# Needs: apt-get install librsvg2-bin python3; builds nothing, so run `cargo build --release` first.
# Use: packaging/stage.sh; all goes to release/package in the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."
release=${CARGO_TARGET_DIR:-target}/release
package=$release/package
rm -rf "$package"
mkdir -p "$package/icons"
"$release/leuko" manual "$package" >/dev/null
cp packaging/leukoscope.1 "$package/man/"
gzip -9n "$package"/man/*.1
for side in 16 32 48 64 128 256 512; do
    rsvg-convert -w "$side" -h "$side" packaging/org.leukoscope.Leukoscope.svg -o "$package/icons/${side}x$side.png"
done
# An icon file of Windows is a table of pictures; each of ours is a PNG.
python3 - "$package/icons" <<'PYTHON'
import struct, sys
from pathlib import Path
folder, sides = Path(sys.argv[1]), (16, 32, 48, 256)
pictures = [(folder / f"{side}x{side}.png").read_bytes() for side in sides]
at, table = 6 + 16 * len(sides), struct.pack("<HHH", 0, 1, len(sides))
for side, picture in zip(sides, pictures):
    table += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(picture), at)
    at += len(picture)
(folder / "leukoscope.ico").write_bytes(table + b"".join(pictures))
PYTHON
.ci/licences "$package/THIRD-PARTY-LICENCES.txt"
gzip -9nk "$package/THIRD-PARTY-LICENCES.txt"
