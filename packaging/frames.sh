#!/usr/bin/env bash
# Measures how fluent the real window is: first frame, gallery scrolled, a run training on the CPU while pages are walked.
# Needs: apt-get install xvfb openbox xdotool mesa-vulkan-drivers libxkbcommon-x11-0
# Use: packaging/frames.sh DATASET; builds nothing, so run `cargo build --release` first.
set -euo pipefail
cd "$(dirname "$0")/.."
dataset=${1:-datasets/synthetic}
program=${LEUKO_PROGRAM:-${CARGO_TARGET_DIR:-target}/release/leukoscope}
scratch=$(mktemp -d)
# Commands are typed in English.
export LC_ALL=C.UTF-8 DISPLAY=:94 XDG_RUNTIME_DIR=$scratch LEUKO_CONFIG_DIR=$scratch/config LEUKO_OUTPUTS=$scratch/outputs
mkdir -p "$LEUKO_CONFIG_DIR"
printf '(theme: Light, notice_read: true)' >"$LEUKO_CONFIG_DIR/preferences.ron"
Xvfb "$DISPLAY" -screen 0 1280x820x24 >/dev/null 2>&1 &
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$scratch"' EXIT
sleep 1
openbox >/dev/null 2>&1 &
sleep 1

# summary TITLE FILE PAGE: figures of the frames of a page, in milliseconds.
summary() {
    awk -F, -v page="$3" '$2 == page { print $3 }' "$2" | sort -n | awk -v title="$1" '
        { v[NR] = $1 }
        END { if (NR) printf "%s: %d frames, p50 %.1f ms, p95 %.1f ms, longest %.1f ms\n",
              title, NR, v[int((NR + 1) / 2)], v[int(NR * 0.95 + 0.999)], v[NR] }'
}
# begin NAME PATH...: the window, its frames written to NAME.csv.
begin() {
    frames=$scratch/$1.csv
    shift
    "$program" --frame-times "$frames" "$@" >/dev/null 2>&1 &
    window=$!
}
finish() { xdotool key alt+F4 && wait "$window" 2>/dev/null || true; }

for start in cold warm; do
    begin "$start"
    sleep 6 && finish
    awk -F, -v start="$start" 'NR == 2 { printf "first frame, %s: %.2f s after the start\n", start, $1 }' "$frames"
done

begin gallery "$dataset"
sleep "${LEUKO_OPEN_SECS:-25}"
xdotool mousemove 640 700
for _ in $(seq 200); do xdotool click 5 && sleep 0.05; done
for _ in $(seq 200); do xdotool click --repeat 10 --delay 1 5 && sleep 0.05; done
finish
summary "gallery scrolled for half a minute" "$frames" Dataset

# By the command list, which finds a thing by its words wherever the page has it.
order() { xdotool key ctrl+k && sleep 1 && xdotool type "$1" && sleep 1 && xdotool key Return && sleep 1; }

begin evaluation "$dataset"
sleep "${LEUKO_OPEN_SECS:-25}"
xdotool key ctrl+4 && sleep 1 && order "evaluate on: all" && order "evaluate"
sleep "${LEUKO_EVALUATE_SECS:-60}"
xdotool mousemove 800 650
for _ in $(seq 200); do xdotool click 5 && sleep 0.05; done
awk '/VmRSS/ { printf "memory with every image evaluated: %.0f MB\n", $2 / 1024 }' "/proc/$window/status"
finish
summary "evaluation, its gallery scrolled" "$frames" Evaluate

begin training "$dataset"
sleep "${LEUKO_OPEN_SECS:-25}"
order "start training"
sleep "${LEUKO_DECODE_SECS:-45}"
began=$(awk 'BEGIN { getline u < "/proc/uptime"; print u + 0 }')
for _ in $(seq 12); do
    for key in 1 2 3 4 5 6; do xdotool key "ctrl+$key" && sleep 0.9; done
done
ended=$(awk 'BEGIN { getline u < "/proc/uptime"; print u + 0 }')
finish
echo "pages walked for $(awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.0f", b - a }') s while a network trained:"
for page in Welcome Dataset Train Evaluate Compare Classify; do summary "  $page" "$frames" "$page"; done
