#!/usr/bin/env bash
# Checks the systemd units without systemd running and without root: every unit loads without a word of complaint, and every
# service is sandboxed to the exposure below. Needs Debian's package systemd (scripts/install-dependencies --test).
set -euo pipefail
cd "$(dirname "$0")/.."

# What `systemd-analyze security` may give a service at most, in tenths: 0 is a sealed box, 100 an open one.
threshold=20

for program in systemctl systemd-analyze systemd-sysusers systemd-tmpfiles; do
    if ! command -v "$program" >/dev/null; then
        echo "verify-units: $program is missing; run: scripts/install-dependencies --test" >&2
        exit 1
    fi
done

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0

# silent WHAT COMMAND… : the command succeeds and says nothing.
silent() {
    local what=$1 output status=0
    shift
    output=$("$@" 2>&1) || status=$?
    if [ "$status" -ne 0 ] || [ -n "$output" ]; then
        echo "verify-units: $what (exit status $status):" >&2
        printf '%s\n' "$output" >&2
        failed=1
    fi
}

echo "== 1/4 Staging an installation"
scripts/install --destdir "$root" --stub-executables >/dev/null
units=$root/lib/systemd/system
# What of the system the units name or are started with.
for name in basic sysinit sockets timers shutdown multi-user network network-online paths slices; do
    cp "/lib/systemd/system/$name.target" "$units/"
done
printf '[Service]\nType=oneshot\nExecStart=/usr/bin/datamailer\n[Install]\nWantedBy=multi-user.target\n' >"$units/postgresql.service"
mapfile -t names < <(cd "$units" && ls -d datamailer*.service datamailer*.socket datamailer*.timer datamailer*.target)

echo "== 2/4 Loading ${#names[@]} units"
export SYSTEMD_LOG_LEVEL=notice
silent "enabling" systemctl --quiet --root="$root" enable datamailer.target datamailer-migrate.service postgresql.service
silent "the units are not clean" systemd-analyze verify --root="$root" --man=no --recursive-errors=yes "${names[@]}" multi-user.target
# systemd takes a name that nothing has for a unit of another package.
while read -r name; do
    if [ ! -e "$units/$name" ]; then
        echo "verify-units: a unit names $name, which is not there" >&2
        failed=1
    fi
done < <(grep -hv '^#' "$units"/datamailer*.* 2>/dev/null | grep -oE '\bdatamailer[a-z-]*\.(service|socket|timer|target)' | sort -u)

echo "== 3/4 Users and directories"
silent "sysusers.d" systemd-sysusers --root="$root" --dry-run "$root/usr/lib/sysusers.d/datamailer.conf"
# Every line is read; the prefix keeps it from making anything.
silent "tmpfiles.d" systemd-tmpfiles --root="$root" --create --prefix=/nowhere "$root/usr/lib/tmpfiles.d/datamailer.conf"

echo "== 4/4 Exposure of each service, $threshold at most"
for name in "${names[@]}"; do
    case "$name" in *.service) ;; *) continue ;; esac
    status=0
    report=$(systemd-analyze security --no-pager --root="$root" --offline=true --threshold="$threshold" "$name" 2>&1) || status=$?
    printf '%s\n' "$report" | tail -n 1
    if [ "$status" -ne 0 ]; then
        echo "verify-units: $name is too exposed:" >&2
        printf '%s\n' "$report" >&2
        failed=1
    fi
done

[ "$failed" -eq 0 ] && echo "verify-units: all is well"
exit "$failed"
