#!/usr/bin/env bash
# Whether the window's memory stays flat over hours: a dataset is open, galleries are scrolled from end to end, all pages are
# walked, cells are classified again and again, and between rounds it idles in the background.
# Needs: apt-get install xvfb openbox xdotool mesa-vulkan-drivers libxkbcommon-x11-0
# Use: tests/bench/soak.sh LEUKOSCOPE DATASET [MINUTES [SECONDS OF IDLING A ROUND]]; one line a round, then the medians of the
# second and the last quarter.
set -euo pipefail
program=$(realpath "$1")
dataset=$(realpath "$2")
minutes=${3:-120}
idle=${4:-30}
scratch=$(mktemp -d)
# Commands are typed in English.
export LC_ALL=C.UTF-8 DISPLAY=:95 XDG_RUNTIME_DIR=$scratch LEUKO_CONFIG_DIR=$scratch/config LEUKO_OUTPUTS=$scratch/outputs \
    LEUKO_DATA_DIR=$scratch/data LEUKO_CACHE_DIR=$scratch/cache
mkdir -p "$LEUKO_CONFIG_DIR"
printf '(theme: Light, notice_read: true)' >"$LEUKO_CONFIG_DIR/preferences.ron"
Xvfb "$DISPLAY" -screen 0 1280x820x24 >/dev/null 2>&1 &
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$scratch"' EXIT
sleep 1
openbox >/dev/null 2>&1 &
sleep 1
"$program" "$dataset" >/dev/null 2>&1 &
window=$!
sleep 30

# figures: resident memory in MB, threads, open files, and seconds of CPU so far.
figures() {
    local ticks
    ticks=$(awk '{ print $14 + $15 }' "/proc/$window/stat")
    awk -v files="$(ls "/proc/$window/fd" | wc -l)" -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" \
        '/^VmRSS/ { rss = $2 / 1024 } /^Threads/ { threads = $2 }
         END { printf "%.0f %d %d %.1f\n", rss, threads, files, ticks / hz }' "/proc/$window/status"
}
order() { xdotool key ctrl+k && sleep 0.5 && xdotool type --delay 15 "$1" && sleep 0.5 && xdotool key Return && sleep 0.5; }

end=$((SECONDS + minutes * 60)) round=0
while ((SECONDS < end)) && kill -0 "$window" 2>/dev/null; do
    round=$((round + 1))
    xdotool key ctrl+2 && sleep 1 && xdotool mousemove 640 700
    for _ in $(seq 40); do xdotool click --repeat 10 --delay 2 5 && sleep 0.05; done
    for _ in $(seq 40); do xdotool click --repeat 10 --delay 2 4 && sleep 0.05; done
    for key in 1 3 4 5 6 7 8 9; do xdotool key "ctrl+$key" && sleep 0.7; done
    order "try the synthetic slides"
    sleep 15
    # Nobody looks for a while: whatever the window does then is too much.
    before=$(figures)
    sleep "$idle"
    after=$(figures)
    echo "$SECONDS s, round $round: $after; CPU while idle $(awk -v a="${before##* }" -v b="${after##* }" -v secs="$idle" 'BEGIN { printf "%.1f", (b - a) / secs * 100 }') %"
    echo "${after%% *}" >>"$scratch/memory"
done
kill -0 "$window" 2>/dev/null || { echo "the window ended"; exit 1; }
awk '{ v[NR] = $1 } function median(from, to,   n, i, j, t, w) {
        for (i = from; i <= to; i++) w[++n] = v[i]
        for (i = 2; i <= n; i++) for (j = i; j > 1 && w[j] < w[j - 1]; j--) { t = w[j]; w[j] = w[j - 1]; w[j - 1] = t }
        return w[int((n + 1) / 2)] }
     END { q = int(NR / 4); if (q < 1) q = 1
           printf "%d rounds: %d MB in the second quarter, %d MB in the last\n", NR, median(q + 1, 2 * q), median(NR - q + 1, NR) }' "$scratch/memory"
xdotool key alt+F4
wait "$window" || true
