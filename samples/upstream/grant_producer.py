#!/usr/bin/env python3
"""Sends one grant packet to Docket with confluent-kafka. README.md beside this file explains options and headers."""

import argparse
import sys
from pathlib import Path

from confluent_kafka import KafkaException, Producer


def read_options():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--brokers", required=True, metavar="HOST:PORT[,...]")
    parser.add_argument("--source", required=True)
    parser.add_argument("--id", required=True)
    parser.add_argument("--file", required=True, type=Path)
    parser.add_argument("--key")
    parser.add_argument("--batch", metavar="UUID")
    parser.add_argument("--compression", default="none", choices=["none", "gzip", "snappy", "lz4", "zstd"])
    parser.add_argument("--topic", default="grants.inbound")
    return parser.parse_args()


def main():
    options = read_options()
    headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", options.id),
        ("ce_source", options.source),
        ("ce_type", "docket.grant.submission.v1"),
        ("content-type", "application/json"),
    ]
    if options.batch:
        headers.append(("docket-batch-trace-id", options.batch))

    producer = Producer({
        "bootstrap.servers": options.brokers,
        "acks": "all",
        "enable.idempotence": True,
        "delivery.timeout.ms": 60_000,
        "compression.type": options.compression,
        # The default of this client places keys otherwise than Java's.
        "partitioner": "murmur2_random",
    })
    failures = []

    def on_delivery(error, message):
        if error is None:
            print(f"{message.topic()}/{message.partition()}/{message.offset()}")
        else:
            failures.append(error)

    producer.produce(
        options.topic, key=options.key or options.id, value=options.file.read_bytes(), headers=headers, on_delivery=on_delivery
    )
    # Waits until the record is acknowledged or given up: until then nothing is known to be written.
    producer.flush()
    return f"not written: {failures[0].str()}" if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KafkaException, OSError) as failure:
        sys.exit(f"not written: {failure}")
