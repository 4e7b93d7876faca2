"""Run a study on a schedule, and on demand from Prefect's web page."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prefect.client.schemas.schedules import CronSchedule
from prefect.flows import Flow
from prefect.schedules import Cron, Schedule
from prefect.types.entrypoint import EntrypointType

from flows.store.problems import UsageError

StudyFlow = Flow[[Path, Path], Path]


def make_schedule(cron: str | None, timezone: str) -> Schedule | None:
    """The schedule, or None for runs on demand only.

    Raises
    ------
    UsageError
        If `cron` is no schedule, or `timezone` no time zone.
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"There is no time zone {timezone}. Write it as Asia/Amman.") from error
    if cron is None:
        return None
    try:
        CronSchedule(cron=cron, timezone=timezone)
    except ValueError as error:
        raise UsageError(
            f"{cron!r} is no schedule. It has five parts: minute, hour, day, month, day of the week; "
            '"0 6 * * 1" is Mondays at six.'
        ) from error
    return Cron(cron, timezone=timezone)


def serve(flow: StudyFlow, study: Path, results: Path, schedule: Schedule | None) -> None:
    """Register the study as a deployment named after its folder, and run what is due until the process is interrupted.

    Prefect pauses the schedule when serving ends: a run that nobody would start is not promised.
    """
    flow.serve(
        name=study.name,
        schedule=schedule,
        parameters={"study": str(study), "results": str(results)},
        description="Files in, report out. The parameters are folders of the machine that serves the study.",
        tags=["tamasuk"],
        limit=1,
        print_starting_message=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
