#!/bin/sh
# Runs promptmill's bench and the benchmarks of other systems in turn, on one machine and one checkpoint, and prints the
# median rate of each and how many times as fast promptmill is.
#
# usage: bench-beside-peers.sh CHECKPOINT_FOLDER PEER_COMMAND...
#   PEER_COMMAND   a shell command that prints JSON lines with "tokens_per_s"; it sees the folder as $CHECKPOINT.
#                  Lines with other texts in them (such as "precision": "bf16") count as other peers.
#   RUNS           how often each command runs, in turn; default 5
#   BENCH          promptmill's command; default spark-submit jobs/target/promptmill.jar bench
#   BENCH_OPTIONS  its options; default --work w1 --top-p 0.95
#
# RUNS=5 BENCH_OPTIONS="--work w2 --slots 64" bench-beside-peers.sh models/gpt2 'python peers.py --work w2 $CHECKPOINT'
set -eu

if [ $# -lt 1 ] || [ ! -d "$1" ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
CHECKPOINT=$1
export CHECKPOINT
shift

runs=${RUNS:-5}
bench=${BENCH:-spark-submit jobs/target/promptmill.jar bench}
options=${BENCH_OPTIONS:---work w1 --top-p 0.95}
lines=$(mktemp)
printed=$(mktemp)
trap 'rm -f "$lines" "$printed"' EXIT
trap 'exit 1' HUP INT TERM

# Runs a command and keeps its lines that hold a rate, each with the name of who printed it in front.
keep() {
    sh -c "$2" > "$printed" || { echo "$0: failed: $2" >&2; exit 1; }
    grep -q '"tokens_per_s"' "$printed" || { echo "$0: printed no line with \"tokens_per_s\": $2" >&2; exit 1; }
    sed -n "/\"tokens_per_s\"/s/^/$1 /p" "$printed" >> "$lines"
}

run=0
while [ "$run" -lt "$runs" ]; do
    run=$((run + 1))
    echo "run $run of $runs" >&2
    keep promptmill "$bench --model \"\$CHECKPOINT\" $options --json"
    peer=0
    for command in "$@"; do
        peer=$((peer + 1))
        keep "peer$peer" "$command"
    done
done

awk '
    # A line is known by the texts in it, but for the model, which is the same for all.
    {
        name = $1
        rest = $0
        sub(/"model": *"[^"]*"/, "", rest)
        while (match(rest, /"[a-z_]+": *"[^"]*"/)) {
            text = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            sub(/^"[a-z_]+": *"/, "", text)
            sub(/"$/, "", text)
            name = name " " text
        }
        match($0, /"tokens_per_s": *[-+0-9.eE]+/)
        rate = substr($0, RSTART, RLENGTH)
        sub(/.*: */, "", rate)
        if (!(name in count)) {
            order[++names] = name
        }
        # Kept sorted.
        place = ++count[name]
        while (place > 1 && rates[name, place - 1] > rate + 0) {
            rates[name, place] = rates[name, place - 1]
            place--
        }
        rates[name, place] = rate + 0
    }
    function median(name,    n) {
        n = count[name]
        return (rates[name, int((n + 1) / 2)] + rates[name, int(n / 2) + 1]) / 2
    }
    END {
        printf "%10s %10s %10s %8s  %s\n", "median", "least", "most", "times", "tokens/s; times as fast is " order[1]
        for (i = 1; i <= names; i++) {
            name = order[i]
            printf "%10.1f %10.1f %10.1f %8.2f  %s\n", median(name), rates[name, 1], rates[name, count[name]], \
                median(order[1]) / median(name), name
        }
    }
' "$lines"
