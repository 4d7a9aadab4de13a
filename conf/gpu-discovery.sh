#!/bin/sh
# Tells Spark the GPUs of this node: {"name": "gpu", "addresses": ["0","1"]}
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -sd, -)
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
