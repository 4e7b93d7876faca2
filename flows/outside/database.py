"""An empty database of Prefect's, made once: `python -m flows.outside.database`, which `make` does after installing.

Its tables come of a hundred migrations, one after another; a copy saves every study's first run that time. Without the
copy, or with one that its version of Prefect cannot use, the server makes the tables itself.
"""

import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

DATABASE = "prefect.db"
URL = "PREFECT_API_DATABASE_CONNECTION_URL"


def empty_database() -> Path:
    """Where it is kept: with the installation, under the version of Prefect that made it."""
    return Path(sys.prefix) / "share" / "tamasuk" / f"prefect-{version('prefect')}.db"


def address(database: Path) -> str:
    """The database in the form that Prefect's settings want."""
    return f"sqlite+aiosqlite:///{database.as_posix()}"


def copy_to(home: Path) -> None:
    """Begin with the empty database, where there is one and `home` has none of its own; whole or not at all."""
    made, wanted = empty_database(), home / DATABASE
    if not made.is_file() or wanted.exists():
        return
    part = wanted.with_suffix(".part")
    shutil.copyfile(made, part)
    part.replace(wanted)


def make() -> None:
    """Make it anew, in one step."""
    made = empty_database()
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent) as folder:
        database = Path(folder) / DATABASE
        os.environ |= {"PREFECT_HOME": folder, URL: address(database)}  # read when Prefect is imported
        import asyncio
        import sqlite3

        from prefect.server.database import provide_database_interface

        asyncio.run(provide_database_interface().create_db())
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is still beside the file goes into it
        database.replace(made)


if __name__ == "__main__":
    make()
