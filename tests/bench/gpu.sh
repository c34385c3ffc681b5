#!/usr/bin/env bash
# One run on a machine that has a GPU and nothing else: no network, no toolchain, ten minutes.
#
#   tests/bench/gpu.sh pack DATA BOX     here: BOX/1, BOX/2 ... get all that the other machine needs, each at most 56 MB
#   BOX/1/gpu.sh take BOX/1              there, once a box that travels by itself: keeps what is in it
#   BOX/1/gpu.sh run OUT [SECONDS]       there: OUT gets at most eight files of 15 MB
#
# DATA holds pbc, bccd-cells, chula-cells and krd-cells, class folders each. Images travel at 168 px, from which a run at 128 px
# takes what it takes from the whole ones but for their resampling; a run that starts from a bundled model knows them again.
# LEUKO=FILE packs that program in place of a new build. On software Vulkan the script can be tried out with few cells:
# LEUKO_TINY=1 for both calls, and LEUKO_DEVICE=vulkan:0 for the run.
set -euo pipefail

box_bytes=$((56 * 1024 * 1024))
side=168
kept=${LEUKO_KEPT:-$HOME/.cache/leuko-gpu}
device=${LEUKO_DEVICE:-gpu}
tiny=${LEUKO_TINY:-}

pack() {
    local data=$1 box=$2 work
    work=$(mktemp -d)
    trap 'rm -rf "$work"' RETURN
    [ -n "${LEUKO:-}" ] || cargo build --release --locked --bin leuko
    xz -T0 -9 -c "${LEUKO:-target/release/leuko}" >"$work/leuko.xz"
    cp tests/bench/peers.py "$work"
    python3 - "$data" "$work/cells" "$side" "$tiny" <<'PY'
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from PIL import Image

data, out, side, tiny = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]


def smaller(file: Path) -> None:
    image = Image.open(file).convert("RGB")
    scale = side / min(image.size)
    if scale < 1:
        image = image.resize([round(edge * scale) for edge in image.size], Image.Resampling.LANCZOS)
    place = (out / file.relative_to(data)).with_suffix(".jpg")
    place.parent.mkdir(parents=True, exist_ok=True)
    image.save(place, quality=88)


files = []
for lab in ("pbc", "bccd-cells", "chula-cells", "krd-cells"):
    for folder in sorted(one for one in (data / lab).iterdir() if one.is_dir()):
        found = sorted(one for one in folder.iterdir() if one.suffix.lower() in (".jpg", ".jpeg", ".png"))
        files += found[:12] if tiny else found
with ThreadPoolExecutor() as pool:
    list(pool.map(smaller, files))
print(f"{len(files)} images at {side} px")
PY
    rm -rf "$box"
    mkdir -p "$box"
    # The program holds the bundled models, which no packing makes smaller, and fills a box by itself.
    tar -C "$work" -cf - leuko.xz peers.py cells | split -b "$box_bytes" -d -a 1 - "$box/piece."
    for piece in "$box"/piece.*; do
        mkdir "$box/$((${piece##*.} + 1))"
        mv "$piece" "$box/$((${piece##*.} + 1))"
        cp tests/bench/gpu.sh "$box/$((${piece##*.} + 1))"
    done
    du -sh "$box"/*
}

take() {
    mkdir -p "$kept"
    cp "$1"/* "$kept"
    ls -l "$kept"
}

# Runs a part with the seconds that are left but for those that later parts need; what fails is told and the rest goes on.
part() {
    local name=$1 needed_later=$2 left
    shift 2
    left=$((deadline - SECONDS - needed_later))
    if [ "$left" -lt 10 ]; then
        echo "$name: no time was left" | tee -a "$out/log.txt"
        return 0
    fi
    echo "== $name (${SECONDS} s, at most $left s)" | tee -a "$out/log.txt"
    # The first interrupt ends a run and keeps what is good.
    timeout --foreground -s INT -k 40 "$left" "$@" >>"$out/log.txt" 2>&1 || echo "$name: ended with $?" | tee -a "$out/log.txt"
}

run() {
    out=$1
    deadline=${2:-540}
    SECONDS=0
    mkdir -p "$out"
    cd "$kept"
    if [ ! -x leuko ]; then
        cat piece.* | tar -xf -
        xz -dc leuko.xz >leuko && chmod +x leuko
    fi
    export XDG_DATA_HOME=$kept/data XDG_CACHE_HOME=$kept/cache XDG_CONFIG_HOME=$kept/config XDG_RUNTIME_DIR=$kept
    local also=(--also cells/bccd-cells --also cells/chula-cells --also cells/krd-cells --also-share 0.4)
    local recipe=(--device "$device" --microscope 0.4 --patience 0 --seed 1 "${also[@]}")
    local small=() size=128 epochs=(12 6) sizes=(96 128 224) batches=(1 32) secs=2 of=()
    if [ -n "$tiny" ]; then
        # A software GPU takes seconds a step: few steps, and the first kernel that is right.
        export CUBECL_AUTOTUNE_LEVEL=minimal
        recipe=(--device "$device" --microscope 0.4 --patience 0 --seed 1)
        small=(--per-class 2 --batch 8 --width 0.25 --attention-width 16)
        size=32 epochs=(1 1) sizes=(32) batches=(8) secs=0.2 of=(--arch mobilenet)
    fi
    part "devices and self-test" 0 ./leuko devices --json
    for one in "${sizes[@]}"; do of+=(--size "$one"); done
    for one in "${batches[@]}"; do of+=(--batch "$one"); done
    part "our rates" 300 ./leuko bench --json --device "$device" --secs "$secs" "${of[@]}"
    if python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
        part "beside PyTorch" 300 python3 peers.py ./leuko --device gpu --size 128 --secs 1 --rounds 2 --json "$out/peers.json"
    else
        echo "PyTorch sees no GPU here: its rates are left out" | tee -a "$out/log.txt"
    fi
    rm -rf runs packed
    part "MobileNet" 160 ./leuko train cells/pbc --arch mobilenet --size "$size" --epochs "${epochs[0]}" --rate 1e-3 \
        "${recipe[@]}" "${small[@]}" --out runs/mobilenet
    part "Xception" 30 ./leuko train cells/pbc --arch xception --size "$size" --epochs "${epochs[1]}" --rate 7e-4 \
        "${recipe[@]}" "${small[@]}" --out runs/xception
    for one in mobilenet xception; do
        [ -f "runs/$one/card.ron" ] || continue
        ./leuko models --pack "runs/$one" --out "packed" >>"$out/log.txt" 2>&1 || echo "$one was not packed" | tee -a "$out/log.txt"
        mkdir -p "packed/$one" && find "runs/$one" -maxdepth 1 -type f -size -2M -exec cp {} "packed/$one" \;
    done
    [ -d packed ] && tar -cf - packed | xz -T0 -1 | split -b 15m -d -a 1 - "$out/runs.tar.xz."
    echo "ended after $SECONDS s"
    ls -l "$out"
}

case ${1:-} in
pack) [ $# -eq 3 ] && pack "$2" "$3" ;;
take) [ $# -eq 2 ] && take "$2" ;;
run) [ $# -ge 2 ] && run "$(realpath -m "$2")" "${3:-540}" ;;
*) sed -n '2,14s/^# \?//p' "$0" && exit 2 ;;
esac
