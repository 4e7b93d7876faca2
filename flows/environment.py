"""What must be in the environment before Prefect or Great Expectations is imported: nothing phones home."""

import os

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    # An answer must not reach the orchestrator's database by way of a log line or a returned value.
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
ALWAYS = {"PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK", "GX_ANALYTICS_ENABLED"}  # not even by the user's choice


def silence() -> None:
    """Turn telemetry off for this process and for every process it starts. Settings of the user's stay."""
    for name, value in QUIET.items():
        if name in ALWAYS:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
