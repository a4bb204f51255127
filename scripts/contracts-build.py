#!/usr/bin/env python3
"""Compiles contracts/src/*.vy into contracts/artifacts/<Name>.json, or checks that they are current.

    python3 -m venv .venv && .venv/bin/pip install -r contracts/requirements.txt
    .venv/bin/python scripts/contracts-build.py            # writes
    .venv/bin/python scripts/contracts-build.py --check    # compares, exit status 1 on a difference

Vyper 0.4.3, EVM version prague (the highest that it has), optimised for gas, bytecode without
metadata: it depends on the compiler and the code alone, not on comments or on the machine. Files
under contracts/src/parts are parts of contracts and have no artifact of their own.
"""
import argparse
import hashlib
import importlib.metadata
import json
import pathlib
import sys
import warnings

from vyper.compiler import CompilerData, output
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.output_bundle import OutputBundle
from vyper.compiler.settings import OptimizationLevel, Settings

ROOT = pathlib.Path(__file__).resolve().parents[1]
CONTRACTS = ROOT / "contracts"
ARTIFACTS = CONTRACTS / "artifacts"
FORMAT = "sluice.contract.v1"
COMPILER = "0.4.3"
EVM_VERSION = "prague"
LARGEST_RUNTIME = 24_576  # EIP-170


def compiled(path):
    bundle = FilesystemInputBundle([CONTRACTS, path.parent])
    settings = Settings(optimize=OptimizationLevel.GAS, evm_version=EVM_VERSION)
    return CompilerData(
        bundle.load_file(path), input_bundle=bundle, settings=settings, no_bytecode_metadata=True
    )


def sources(data):
    """SHA-256 of every source file by its path below contracts/, the contract's own among them."""
    found = {}
    for source in OutputBundle(data).source_codes.values():
        path = pathlib.Path(source.resolved_path).relative_to(CONTRACTS)
        found[path.as_posix()] = hashlib.sha256(source.contents.encode()).hexdigest()
    return dict(sorted(found.items()))


def artifact(path):
    data = compiled(path)
    files = sources(data)
    listing = "".join(f"{digest}  {name}\n" for name, digest in files.items())
    runtime = data.bytecode_runtime
    return {
        "format": FORMAT,
        "generated": "by scripts/contracts-build.py; do not edit",
        "contract": path.stem,
        "compiler": f"vyper {COMPILER}",
        "evm_version": EVM_VERSION,
        "optimization": "gas",
        "source_hash": hashlib.sha256(listing.encode()).hexdigest(),
        "sources": files,
        "runtime_size": len(runtime),
        "abi": output.build_abi_output(data),
        "creation_bytecode": "0x" + data.bytecode.hex(),
        "runtime_bytecode": "0x" + runtime.hex(),
    }


def text(content):
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def differences(name, wanted):
    """What of a committed artifact is not what the sources give."""
    path = ARTIFACTS / f"{name}.json"
    if not path.exists():
        return [f"{name}: there is no {path.relative_to(ROOT)}"]
    found = json.loads(path.read_text())
    keys = [key for key in {**wanted, **found} if found.get(key) != wanted.get(key)]
    if not keys and path.read_text() != text(wanted):
        keys = ["its layout"]
    return [f"{name}: {key} differs" for key in keys]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    if importlib.metadata.version("vyper") != COMPILER:
        sys.exit(f"vyper {COMPILER} is needed, not {importlib.metadata.version('vyper')}")
    warnings.simplefilter("error")
    problems = []
    names = {path.stem for path in ARTIFACTS.glob("*.json")}
    for path in sorted((CONTRACTS / "src").glob("*.vy")):
        content = artifact(path)
        names.discard(path.stem)
        print(f"{path.stem}: {content['runtime_size']} of {LARGEST_RUNTIME} bytes")
        if content["runtime_size"] > LARGEST_RUNTIME:
            problems.append(f"{path.stem}: the runtime code is too large to deploy")
        if arguments.check:
            problems += differences(path.stem, content)
        else:
            ARTIFACTS.mkdir(exist_ok=True)
            (ARTIFACTS / f"{path.stem}.json").write_text(text(content))
    problems += [f"{name}: an artifact without a source" for name in sorted(names)]
    if problems:
        print("\n".join(problems), file=sys.stderr)
        sys.exit("run scripts/contracts-build.py and commit what it writes")


if __name__ == "__main__":
    main()
