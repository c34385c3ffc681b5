#!/usr/bin/env bash
# Makes the release folder of this system: a .deb, an archive that runs from where it is unpacked, and SHA-256 sums.
# Needs: apt-get install librsvg2-bin python3 dpkg-dev; cargo install --locked cargo-deb
# Use: packaging/release.sh [FOLDER]; LEUKO_BUILT=1 takes the programs that are built already, LEUKO_FAST=1 packs less tightly.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
folder=${1:-$target/leukoscope-$version}
[ -n "${LEUKO_BUILT:-}" ] || cargo build --release --locked --bins --features tuned
packaging/stage.sh
mkdir -p "$folder"
rm -f "$folder"/*

# Whatever clock and machine packs it: the time of a file is that of the last change to the sources.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
cargo deb --no-build --no-strip --quiet ${LEUKO_FAST:+--fast} --output "$folder/"

name=leukoscope-$version-$(uname -m)-linux
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/$name/leukoscope-data"
cp "$target"/release/{leukoscope,leuko} LICENSE README.md assets/NOTICE.md "$target/release/package/THIRD-PARTY-LICENCES.txt" "$scratch/$name/"
cp -r "$target"/release/package/{man,completions} "$scratch/$name/"
# A folder without a file in it is not kept by every unpacker.
echo "Settings, caches and results stand here, and nowhere else, as long as this folder lies beside the program." \
    >"$scratch/$name/leukoscope-data/README.txt"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$scratch" -cf - "$name" |
    gzip "-${LEUKO_FAST:-9}n" >"$folder/$name.tar.gz"

(cd "$folder" && sha256sum -- *.deb *.tar.gz >SHA256SUMS && sha256sum --check --quiet SHA256SUMS)
ls -l "$folder"
