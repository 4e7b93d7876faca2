"""The key that turns identifiers into pseudonyms. It is kept outside the project and never written to a result."""

import hashlib
import hmac
import os
import secrets
import stat
import sys
from pathlib import Path

from flows.store.problems import UsageError

VARIABLE = "TAMASUK_KEY"
SHORTEST = 16
FINGERPRINT_OF = b"tamasuk pseudonym key"


def config_folder() -> Path:
    """The user's own folder of settings, as the system has it."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "tamasuk"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tamasuk"


def pseudonym_key() -> bytes:
    """The key: from TAMASUK_KEY, else from the user's settings, where it is made at first use.

    Raises
    ------
    UsageError
        If the key is too short to protect anybody, or if others can read its file.
    """
    if given := os.environ.get(VARIABLE):
        return _long_enough(given.strip().encode(), f"The environment variable {VARIABLE}")
    path = config_folder() / "pseudonym.key"
    if not path.exists():
        _create(path)
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(f"Others can read the pseudonym key {path}. Make it yours alone: chmod 600 {path}")
    return _long_enough(path.read_bytes().strip(), f"The key in {path}")


def fingerprint(key: bytes) -> str:
    """A name for the key that does not tell it: runs with the same name have the same pseudonyms."""
    return hmac.new(key, FINGERPRINT_OF, hashlib.sha256).hexdigest()[:16]


def _long_enough(key: bytes, what: str) -> bytes:
    if len(key) < SHORTEST:
        raise UsageError(f"{what} has {len(key)} characters; pseudonyms need at least {SHORTEST}.")
    return key


def _create(path: Path) -> None:
    """Write a new key in one step, so that two first runs at a time agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another run was first; its key counts
    finally:
        draft.unlink()
