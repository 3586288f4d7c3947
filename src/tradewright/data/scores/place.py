"""Whether a folder is free for a sweep, holds it already, or is somebody else's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from tradewright.core.canonical import digest
from tradewright.core.errors import EnvironmentFaultError, InputError
from tradewright.data.scores.difference import differences, told
from tradewright.data.scores.part_files import look_at, piece_of
from tradewright.data.stores.parquet.files import PARTIAL, put

MANIFEST, LOCK = "manifest.json", ".lock"
_KIND, _FORMAT = "tradewright sweep", 1

Manifest = dict[str, Any]


def require_free(folder: Path, about: Mapping[str, Any], fingerprint: str) -> bool:
    """Say whether `folder` has the whole manifest of the sweep; nothing in it is touched.

    Raises
    ------
    InputError
        ``E_SWEEP_FOLDER`` when it is no folder, holds another sweep, or files that no sweep wrote.
    EnvironmentFaultError
        ``E_READ`` when it may not be looked at.
    """
    names = names_in(folder)
    manifest = read_manifest(folder) if MANIFEST in names else None
    if manifest is not None:
        _require_same(folder, manifest, about, fingerprint)
        return True
    strangers = sorted(name for name in names if not _ours(name))
    if strangers:
        raise refused(folder, f"holds {', '.join(strangers[:5])}, which no sweep wrote")
    parts = [folder / name for name in sorted(names) if piece_of(name) is not None]
    # Without a manifest that can be read, the parts themselves say whose they are.
    sweep = identity(about, fingerprint)
    if (parts or MANIFEST in names) and not any(look_at(part, sweep) for part in parts):
        raise refused(folder, "holds another sweep, or this one damaged: its manifest cannot be read")
    return False


def write_manifest(folder: Path, about: Mapping[str, Any], fingerprint: str) -> None:
    """Write what the sweep of this folder is."""
    manifest: Manifest = {"kind": _KIND, "format": _FORMAT, "fingerprint": fingerprint, "about": dict(about)}
    manifest["checksum"] = digest(manifest)
    put(folder / MANIFEST, (json.dumps(manifest, indent=1, allow_nan=False) + "\n").encode())


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest in a folder; None when there is none or it is damaged.

    Raises
    ------
    InputError
        ``E_SWEEP_FOLDER`` when a newer version wrote it.
    EnvironmentFaultError
        ``E_READ`` when it cannot be read.
    """
    try:
        raw = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as fault:
        raise _unreadable(folder / MANIFEST, fault) from fault
    try:
        found: Any = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    manifest = cast("Manifest", found)
    checksum = manifest.pop("checksum", None)
    if manifest.get("kind") != _KIND or checksum != digest(manifest):
        return None
    if manifest["format"] != _FORMAT:
        raise refused(folder, f"holds a sweep of format {manifest['format']}, which a newer version wrote")
    return manifest


def refused(folder: Path, what: str) -> InputError:
    """Return the error of a folder that cannot be used."""
    return InputError(
        "E_SWEEP_FOLDER",
        f"'{folder}' {what}.",
        fix="Choose another folder; nothing in this one was touched.",
        details={"path": str(folder)},
    )


def _require_same(folder: Path, manifest: Manifest, about: Mapping[str, Any], fingerprint: str) -> None:
    found = list(differences(manifest["about"], about))
    if not found and manifest["fingerprint"] != fingerprint:
        found = [f"fingerprint is {manifest['fingerprint'][:12]} there and {fingerprint[:12]} now"]
    if found:
        raise InputError(
            "E_SWEEP_FOLDER",
            f"'{folder}' belongs to another sweep: {told(found)}.",
            fix="Ask for the same sweep to go on with it, or choose another folder.",
            details={"path": str(folder), "differences": found},
        )


def identity(about: Mapping[str, Any], fingerprint: str) -> str:
    """Return what the parts of a sweep carry: they are of no other, nor of the same in other pieces."""
    return digest({"about": dict(about), "fingerprint": fingerprint})


def names_in(folder: Path) -> set[str]:
    """Return the names in a folder; none when it is not there.

    Raises
    ------
    InputError
        ``E_SWEEP_FOLDER`` when it is no folder.
    EnvironmentFaultError
        ``E_READ`` when it may not be looked at.
    """
    try:
        return {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return set()
    except NotADirectoryError:
        raise refused(folder, "is, or lies under, a file") from None
    except OSError as fault:
        raise _unreadable(folder, fault) from fault


def _ours(name: str) -> bool:
    whole = name.removesuffix(PARTIAL)
    return whole in {MANIFEST, LOCK} or piece_of(whole) is not None


def _unreadable(path: Path, fault: OSError) -> EnvironmentFaultError:
    return EnvironmentFaultError(
        "E_READ",
        f"cannot read '{path}': {fault.strerror or fault}.",
        fix="Check that you may read it and that the disk works.",
        details={"path": str(path)},
    )
