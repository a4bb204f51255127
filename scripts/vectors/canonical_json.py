#!/usr/bin/env python3
"""Makes the vectors of Tests/CanonicalJSONTests: JSON texts and their canonical form.

    python3 scripts/vectors/canonical_json.py

Python's json module, told to sort keys, to leave out blanks and to write UTF-8, is the peer: it
sorts by code points, which is the order of UTF-8 bytes, and escapes what RFC 8785 escapes. Both
forms are kept as hex, so that no editor changes them. The output depends on nothing but this file.
"""
import json
import pathlib
import random

OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "Tests" / "CanonicalJSONTests" / "Vectors" / "canonical.json"
)
CHARACTERS = [chr(code) for code in range(0x80)] + list("\x80\xad߿ࠀéö€\u2028\ufb33\uffff狐🦊𐀀\U0010ffff")


def some_text(generator):
    return "".join(generator.choice(CHARACTERS) for _ in range(generator.randint(0, 8)))


def some_value(generator, depth):
    kind = generator.randrange(8 if depth else 5)
    if kind == 0:
        return generator.choice([None, True, False])
    if kind < 3:
        return generator.choice([0, 1, -1, 2**53 + 1, -(2**64), generator.getrandbits(300)])
    if kind < 5:
        return some_text(generator)
    count = generator.randint(0, 4)
    if kind == 5:
        return [some_value(generator, depth - 1) for _ in range(count)]
    return {some_text(generator): some_value(generator, depth - 1) for _ in range(count)}


def entry(value, spread):
    text = json.dumps(value, ensure_ascii=spread, indent=3 if spread else None)
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"text": text.encode().hex(), "canonical": canonical.encode().hex()}


def main():
    generator = random.Random(20261130)
    values = [{text: index for index, text in enumerate(reversed(CHARACTERS))}, CHARACTERS]
    values += [some_value(generator, 4) for _ in range(40)]
    content = {
        "generated": "by scripts/vectors/canonical_json.py; do not edit",
        "cases": [entry(value, index % 2 == 0) for index, value in enumerate(values)],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
