#!/usr/bin/env bash
# Fuzzes every target for a while, led by coverage, from a corpus of whole files that is made here: real cells, the bundled
# cards and lists, sessions. Any compiler does: what cargo fuzz asks of a nightly one is the address sanitizer, which finds
# little where no unsafe code is our own. The first build takes about fifteen minutes on two cores.
# Needs: apt-get install g++
# Use: tests/fuzz/run.sh [SECONDS FOR EACH TARGET]; a crash is left in tests/fuzz/artifacts, and the exit code tells of one.
set -euo pipefail
cd "$(dirname "$0")/../.."
secs=${1:-300}
host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-tests/fuzz/target}
corpus=$(mktemp -d)
trap 'rm -rf "$corpus" "$corpus.log"' EXIT
for name in image card weights lists session tables dataset; do mkdir "$corpus/$name"; done
cp tests/cells/*/*.jpg tests/core/*.jpg "$corpus/image/"
cp tests/cells/*/*.jpg "$corpus/dataset/"
cp assets/models/*.ron "$corpus/card/"
cp assets/models/*.cells "$corpus/lists/"
printf 'file,group\na_1.png,P1\n' >"$corpus/tables/groups"
printf '(theme: Light, notice_read: true)' >"$corpus/tables/preferences"

coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-pc-table"
coverage+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-trace-compares"
# With a target named, what runs while it is built stays as it is.
RUSTFLAGS="--cfg fuzzing $coverage" cargo build --release --manifest-path tests/fuzz/Cargo.toml \
    --target "$host" --target-dir "$target"
mkdir -p tests/fuzz/artifacts
crashed=0
for folder in "$corpus"/*; do
    name=$(basename "$folder")
    echo "== $name"
    "$target/$host/release/$name" "$folder" -max_total_time="$secs" -rss_limit_mb=3072 -timeout=20 -print_final_stats=1 \
        -artifact_prefix="tests/fuzz/artifacts/$name-" >"$corpus.log" 2>&1 || crashed=$((crashed + 1))
    grep -E 'ERROR|panicked|stat::number|artifact' "$corpus.log" || true
done
echo "targets with a crash: $crashed"
[ "$crashed" -eq 0 ]
