#!/usr/bin/env bash
# Sends one grant packet to Docket with kcat 1.7 or newer. README.md beside this file explains options and headers.
set -euo pipefail

usage='usage: kcat.sh --brokers HOST:PORT[,...] --source SOURCE --id ID --file FILE
       [--key KEY] [--batch UUID] [--compression none|gzip|snappy|lz4|zstd] [--topic TOPIC]'

brokers='' source='' id='' file='' key='' batch='' compression=none topic=grants.inbound
while [ $# -ge 2 ]; do
  case $1 in
    --brokers | --source | --id | --file | --key | --batch | --compression | --topic) declare "${1#--}=$2" ;;
    *) break ;;
  esac
  shift 2
done
if [ $# -gt 0 ] || [ -z "$brokers" ] || [ -z "$source" ] || [ -z "$id" ] || [ -z "$file" ]; then
  echo "$usage" >&2
  exit 2
fi

headers=(
  -H ce_specversion=1.0
  -H "ce_id=$id"
  -H "ce_source=$source"
  -H ce_type=docket.grant.submission.v1
  -H content-type=application/json
)
[ -z "$batch" ] || headers+=(-H "docket-batch-trace-id=$batch")

# A file named as an argument is sent whole, as one record. kcat ends when the broker has acknowledged it (exit code
# 0) or refused it; only with -vv it tells where the record lies.
if ! log=$(
  kcat -P -b "$brokers" -t "$topic" -k "${key:-$id}" "${headers[@]}" \
    -X acks=all -X enable.idempotence=true -X message.timeout.ms=60000 \
    -X "compression.codec=$compression" -X partitioner=murmur2_random \
    -vv "$file" 2>&1
); then
  echo "$log" >&2
  exit 1
fi
sed -nE "s|.*delivered to partition ([0-9]+) \(offset ([0-9]+)\).*|$topic/\1/\2|p" <<<"$log"
