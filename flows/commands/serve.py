"""`tamasuk serve`: runs on a schedule, and from Prefect's web page."""

from pathlib import Path

from flows.outside import screen, server
from flows.outside.session import only_ours

PREFECT_PORT = 4200  # Prefect's own; any free one where it is taken


def serve(folder: Path, study: str, results: Path, when: tuple[str | None, str], *, debug: bool) -> None:
    """Serve the study called `study` until it is interrupted; `when` is a cron line (or none) and its time zone."""
    with server.orchestrator(results / study / ".prefect-serve", "lasting", PREFECT_PORT) as own:
        from flows.outside import schedules
        from flows.pipeline import run_study

        schedule = schedules.make_schedule(*when)
        if not debug:
            only_ours()
        if own:
            own.wait()
        address = server.page(own.url if own else server.configured_url() or "")
        due = f"{when[0]} ({when[1]})" if when[0] else "none; on demand only"
        latest = results / study / "latest"
        screen.show_facts({"Study": folder, "Results": latest, "Schedule": due, "Web page": address})
        screen.out.print(f"Start a run there (Deployments, tamasuk/{folder.name}). Ctrl-C ends serving.", markup=False)
        schedules.serve(run_study, folder, results, schedule)
    screen.out.print("Serving has ended.")
