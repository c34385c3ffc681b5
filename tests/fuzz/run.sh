#!/usr/bin/env bash
# Fuzzes every target for a while, from a corpus of whole files that is made here: real cells, the bundled cards and lists.
# Needs: rustup toolchain install nightly; cargo install cargo-fuzz
# Use: tests/fuzz/run.sh [SECONDS FOR EACH TARGET]; a crash is left in tests/fuzz/artifacts, and the exit code tells of one.
set -euo pipefail
cd "$(dirname "$0")/../.."
secs=${1:-300}
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
for target in image card weights lists session tables dataset; do mkdir "$corpus/$target"; done
cp tests/cells/*/*.jpg tests/core/*.jpg "$corpus/image/"
cp tests/cells/*/*.jpg "$corpus/dataset/"
cp assets/models/*.ron "$corpus/card/"
cp assets/models/*.cells "$corpus/lists/"
printf 'file,group\na_1.png,P1\n' >"$corpus/tables/groups"
printf '(theme: Light, notice_read: true)' >"$corpus/tables/preferences"
for target in "$corpus"/*; do
    name=$(basename "$target")
    echo "== $name"
    cargo +nightly fuzz run "$name" --fuzz-dir tests/fuzz "$target" -- \
        -max_total_time="$secs" -rss_limit_mb=3072 -timeout=20 -print_final_stats=1
done
