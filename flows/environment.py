"""What must be in the environment before anything heavy is imported: nothing phones home, sums have one order."""

import os

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    # An answer must not reach the orchestrator's database by way of a log line or a returned value.
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    # Linear algebra in one thread: the same input gives the same bytes on any number of cores, and our matrices are so
    # small that on a busy machine a second thread makes it ten times slower.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
ALWAYS = {"PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK", "GX_ANALYTICS_ENABLED"}  # not even by the user's choice


def silence() -> None:
    """Turn telemetry off for this process and for every process it starts. Settings of the user's stay."""
    for name, value in QUIET.items():
        if name in ALWAYS:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
