#!/usr/bin/env bash
# Pictures of the real window for the README, on the project's own slides.
# Needs: apt-get install xvfb openbox xdotool imagemagick mesa-vulkan-drivers libxkbcommon-x11-0
# Use: packaging/screenshots.sh [DATASET] [FOLDER]; builds nothing, so run `cargo build --release` first.
set -euo pipefail
cd "$(dirname "$0")/.."
dataset=${1:-datasets/synthetic}
folder=${2:-assets/screenshots}
program=${CARGO_TARGET_DIR:-target}/release/leukoscope
scratch=$(mktemp -d)
export DISPLAY=:93 XDG_RUNTIME_DIR=$scratch LEUKO_CONFIG_DIR=$scratch/config LEUKO_CACHE_DIR=$scratch/cache
export LEUKO_OUTPUTS=${LEUKO_OUTPUTS:-$scratch/outputs}
mkdir -p "$folder" "$LEUKO_CONFIG_DIR"
Xvfb "$DISPLAY" -screen 0 1280x820x24 >/dev/null 2>&1 &
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$scratch"' EXIT
sleep 1
openbox >/dev/null 2>&1 &
sleep 1

# start THEME PATH...: a window with the first-start notice already read.
start() {
    local theme=$1
    shift
    printf '(theme: %s, notice_read: true)' "$theme" >"$LEUKO_CONFIG_DIR/preferences.ron"
    "$program" "$@" >/dev/null 2>&1 &
    window=$!
    sleep 8
}
click() { xdotool mousemove "$1" "$2" click 1 mousemove 640 800 && sleep 1; }
picture() { import -window root "$folder/$1.png"; }
finish() { kill "$window" && wait "$window" 2>/dev/null || true; }

for theme in Light Dark; do
    name=${theme,,}
    start "$theme" "$dataset"
    picture "dataset-$name"
    xdotool key ctrl+3 && sleep 2 && picture "train-$name"
    # The button; by then the notice that it is done has gone.
    xdotool key ctrl+4 && sleep 1 && click 1218 102 && sleep 20
    picture "evaluate-$name"
    xdotool key ctrl+5 && sleep 1 && click 1217 102 && sleep 75
    picture "compare-$name"
    finish
    start "$theme" "$dataset"/eosinophil/*.jpg
    picture "classify-$name"
    finish
done
