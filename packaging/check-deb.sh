#!/usr/bin/env bash
# Installs the .deb in a clean Debian, starts the window from its desktop entry, classifies an image, removes the package and
# lists what is left. The window runs as a person of its own, without a network and without D-Bus.
# Needs: root; apt-get install debootstrap xvfb openbox xdotool imagemagick
# Use: packaging/check-deb.sh FILE.deb ROOT [PICTURE.png]; ROOT is a clean Debian, made there where there is none.
#      packaging/check-deb.sh --root-only ROOT makes the clean Debian and no more.
set -euo pipefail
cd "$(dirname "$0")/.."
root=${2:?a folder for a clean Debian}
# A snapshot of the clean root is kept beside it, so that each check begins from the same one.
if [ ! -f "$root.tar" ]; then
    debootstrap --variant=minbase "${SUITE:-bookworm}" "$root" >/dev/null
    tar -C "$root" -cf "$root.tar" .
fi
[ "$1" != --root-only ] || exit 0
deb=$(realpath "$1")
picture=${3:-}
id=org.leukoscope.Leukoscope
image=tests/cells/neutrophil
rm -rf "$root" && mkdir -p "$root" && tar -C "$root" -xf "$root.tar"
root=$(realpath "$root")
scratch=$(mktemp -d)
export DISPLAY=:92
cleanup() {
    kill $(jobs -p) 2>/dev/null || true
    mountpoint -q "$root/tmp/.X11-unix" && umount "$root/tmp/.X11-unix"
    mountpoint -q "$root/proc" && umount "$root/proc"
    rm -rf "$scratch"
}
trap cleanup EXIT

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
# A person's session: a home, the display, no bus, no way out to any network.
person() {
    unshare --net chroot --userspec=person "$root" /usr/bin/env -i HOME=/home/person PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
        XDG_RUNTIME_DIR=/home/person/run DISPLAY="$DISPLAY" "$@"
}
# Files of the root but for what lies in homes and what the package manager itself keeps.
files() {
    (cd "$root" && find . -xdev \( -path ./home -o -path ./proc -o -path ./tmp -o -path ./var/cache -o -path ./var/log \
        -o -path ./var/lib/apt -o -path ./var/lib/dpkg \) -prune -o -print | LC_ALL=C sort)
}
step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
fail() { echo "failed: $1" >&2; exit 1; }

step "install"
mount -t proc proc "$root/proc"
cp "$deb" "$root/tmp/package.deb"
cp /etc/resolv.conf "$root/etc/resolv.conf"
inside apt-get update -qq
inside useradd --create-home person
mkdir "$root/home/person/run" && inside chown person: /home/person/run && chmod 700 "$root/home/person/run"
files >"$scratch/before"
inside apt-get install -y -qq --no-install-recommends /tmp/package.deb >"$scratch/install.log" 2>&1 ||
    { tail -20 "$scratch/install.log"; fail "apt-get install"; }
inside dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB, needs: ${Depends}\n' leukoscope
echo "packages that came with it: $(grep -c '^Setting up' "$scratch/install.log")"
inside sh -c 'ldd /usr/bin/leukoscope /usr/bin/leuko | grep "not found"' && fail "a library is missing"
inside dpkg --verify leukoscope

step "leuko, without a driver and a display"
mkdir -p "$root/home/person/cells"
cp "$image"/* "$root/home/person/cells/"
person leuko classify mobilenet "/home/person/cells/$(ls "$image" | head -1)" --device cpu
person bash -c 'source /usr/share/bash-completion/completions/leuko && complete -p leuko' >/dev/null || fail "completion"

step "the window, from its desktop entry"
# What the entry recommends and a minimal Debian lacks: the driver.
inside apt-get install -y -qq --no-install-recommends mesa-vulkan-drivers libvulkan1 >"$scratch/driver.log" 2>&1
Xvfb "$DISPLAY" -screen 0 1280x820x24 >/dev/null 2>&1 &
sleep 2
openbox >/dev/null 2>&1 &
mkdir -p "$root/tmp/.X11-unix" && mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
entry=$root/usr/share/applications/$id.desktop
read -r -a call <<<"$(sed -n 's/^Exec=//p' "$entry" | sed "s#%F#/home/person/cells#")"
began=$(date +%s.%N)
person "${call[@]}" >"$scratch/window.log" 2>&1 &
window=$!
for _ in $(seq 300); do
    found=$(xdotool search --onlyvisible --class "$id" 2>/dev/null | head -1) && [ -n "$found" ] && break
    kill -0 "$window" 2>/dev/null || { cat "$scratch/window.log"; fail "the window ended"; }
    sleep 0.1
done
[ -n "$found" ] || { cat "$scratch/window.log"; fail "no window of class $id"; }
echo "window of class $id after $(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }') s"
sleep 6
if [ -n "$picture" ]; then import -window root "$picture"; fi
cat "$scratch/window.log"
xdotool key alt+F4
for _ in $(seq 50); do kill -0 "$window" 2>/dev/null || break; sleep 0.1; done
kill -0 "$window" 2>/dev/null && fail "the window did not close"
wait "$window" || fail "the window ended with $?"

step "remove"
inside apt-get purge -y -qq --autoremove leukoscope mesa-vulkan-drivers libvulkan1 >"$scratch/remove.log" 2>&1
files >"$scratch/after"
echo "left of the package: $(grep -ci leuko "$scratch/after" || true) files"
comm -13 "$scratch/before" "$scratch/after" >"$scratch/left"
echo "left by the packages that it brought: $(wc -l <"$scratch/left")"
head -20 "$scratch/left"
echo "the person's own:"
(cd "$root/home/person" && find . -type f -not -path './cells/*' -newer "$root/tmp/package.deb" | LC_ALL=C sort)
if grep -i leuko "$scratch/after"; then fail "something of the package is left"; fi
step "done"
