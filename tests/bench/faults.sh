#!/usr/bin/env bash
# What a plugged-out, full, locked or unconnected machine does to a run: kills at random moments, disks that fill, folders that
# are only read, and a count of the sockets that the program opens.
# Needs: root (for tmpfs and network namespaces); apt-get install strace
# Use: tests/bench/faults.sh LEUKO [KILLS] [SEED]; says at the end how many were tried and how many runs lost anything.
set -euo pipefail
cd "$(dirname "$0")/../.."
leuko=$(realpath "$1")
kills=${2:-30}
RANDOM=${3:-1}
scratch=$(mktemp -d)
export LEUKO_CACHE_DIR=$scratch/cache LEUKO_DATA_DIR=$scratch/data LEUKO_OUTPUTS=$scratch/outputs XDG_RUNTIME_DIR=$scratch
cleanup() {
    mountpoint -q "$scratch/disk" && umount "$scratch/disk"
    rm -rf "$scratch"
}
trap cleanup EXIT
dataset=datasets/synthetic
settings=(--size 32 --width 0.125 --attention-width 16 --heads 2 --batch 16 --epochs 6 --device cpu --init random --seed 7)
step() { printf '\n== %s\n' "$1"; }
began() { date +%s%N; }
since() { echo $((($(date +%s%N) - $1) / 1000000)); }
train() { "$leuko" train "$dataset" "${settings[@]}" --out "$1"; }
resume() { "$leuko" train "$dataset" --device cpu --resume "$1"; }
# same RUN: whether it is what an undisturbed run leaves, and nothing besides.
same() {
    cmp -s "$scratch/whole/history.csv" "$1/history.csv" && cmp -s "$scratch/whole/weights.bpk" "$1/weights.bpk" &&
        diff <(cd "$scratch/whole" && find . | LC_ALL=C sort) <(cd "$1" && find . | LC_ALL=C sort) >/dev/null
}

step "an undisturbed run"
start=$(began)
train "$scratch/whole" >/dev/null 2>&1
whole=$(since "$start")
echo "$whole ms"

step "$kills runs, each killed up to four times at random moments and resumed"
done_kills=0 lost=0 afresh=0
for n in $(seq "$kills"); do
    run=$scratch/killed
    rm -rf "$run"
    for _ in 1 2 3 4; do
        # A run that was killed before its record stood there has nothing to resume. The program itself is started, not a
        # shell around it, so that it is what is killed.
        if [ -f "$run/run.ron" ]; then
            call=("$leuko" train "$dataset" --device cpu --resume "$run")
        else
            rm -rf "$run"
            afresh=$((afresh + 1))
            call=("$leuko" train "$dataset" "${settings[@]}" --out "$run")
        fi
        "${call[@]}" >/dev/null 2>&1 &
        process=$!
        sleep "$(awk -v most="$whole" -v part="$RANDOM" 'BEGIN { printf "%.3f", most * part / 32768 / 1000 }')"
        kill -9 "$process" 2>/dev/null && done_kills=$((done_kills + 1))
        wait "$process" 2>/dev/null || true
    done
    if [ ! -f "$run/run.ron" ]; then
        rm -rf "$run"
        train "$run" >/dev/null 2>"$scratch/why" || cat "$scratch/why"
    else
        resume "$run" >/dev/null 2>"$scratch/why" || cat "$scratch/why"
    fi
    same "$run" || { lost=$((lost + 1)) && echo "run $n differs" && ls -A "$run"; }
done
echo "$done_kills kills, begun $afresh times, $lost of $kills runs are not what the undisturbed one is"

step "disks that fill"
mkdir "$scratch/disk"
tried=0 bad=0
for kib in 8 32 64 100 150 200 300 400 600 800 1000 1200 1500 2000 3000; do
    mount -t tmpfs -o "size=${kib}k" tmpfs "$scratch/disk"
    tried=$((tried + 1))
    code=0
    train "$scratch/disk/run" >/dev/null 2>"$scratch/why" || code=$?
    lines=$(grep -c '^error: ' "$scratch/why" || true)
    if [ "$code" -ne 0 ]; then
        { [ "$code" -eq 1 ] && [ "$lines" -eq 1 ]; } || { bad=$((bad + 1)) && cat "$scratch/why"; }
        mount -o remount,size=64m "$scratch/disk"
        if [ -f "$scratch/disk/run/run.ron" ]; then resume "$scratch/disk/run" >/dev/null 2>"$scratch/again" || cat "$scratch/again"
        else train "$scratch/disk/run" >/dev/null 2>&1; fi
    fi
    same "$scratch/disk/run" || { bad=$((bad + 1)) && echo "with $kib KiB it differs"; }
    echo "$kib KiB: exit $code; $(grep '^error: ' "$scratch/why" | cut -c1-150)"
    umount "$scratch/disk"
done
echo "$tried disks, $bad of them lost something or did not say so in one line"

step "a disk that is only read"
mount -t tmpfs -o ro tmpfs "$scratch/disk"
code=0
train "$scratch/disk/run" >/dev/null 2>"$scratch/why" || code=$?
echo "exit $code; $(cat "$scratch/why" | tail -1)"
umount "$scratch/disk"

step "sockets, with no network there"
image=$(find tests/cells/neutrophil -type f | sort | head -1)
# traced NAME CALL...: how many sockets of the internet a call asks for, and whether it works without any network.
traced() {
    local name=$1 code=0
    shift
    unshare --net strace -f -qq -e trace=socket,connect -o "$scratch/trace" "$@" >/dev/null 2>&1 || code=$?
    echo "$name: exit $code, $(grep -cE 'AF_INET|AF_INET6' "$scratch/trace" || true) internet sockets, $(grep -c 'socket(' "$scratch/trace" || true) of any kind"
}
traced devices "$leuko" devices
traced scan "$leuko" scan "$dataset" --no-cache
traced classify "$leuko" classify mobilenet "$image" --device cpu
traced train "$leuko" train "$dataset" "${settings[@]/#6/1}" --out "$scratch/traced"
[ "$lost" -eq 0 ] && [ "$bad" -eq 0 ]
