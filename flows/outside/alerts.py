"""Tell the people a study names how a run ended. Counts and names of rules only."""

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.store.paths import RunPaths
from flows.store.verdicts import read_verdicts
from transforms.quality.problems import Problem, all_problems
from transforms.study.models import Event
from transforms.study.problems import DataRefusedError
from transforms.study.study import Study

log = logging.getLogger(__name__)
WORDS: dict[Event, str] = {
    "refused": "data refused; the last good run stays",
    "problems": "done, with problems",
    "failed": "failed; the last good run stays",
    "done": "done",
}
WORTH_TELLING = {"warning", "error", "critical"}
# Seatbelt: nothing below is ever put into an alert; if it is there all the same, the alert is not sent.
IDENTIFIERS = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "a telephone number": re.compile(r"(?<![\w-])\+?\d[\d \-]{8,}\d(?![\w-])"),
    "a pseudonym": re.compile(r"\b[0-9a-f]{32}\b"),
    "a UNHCR number": re.compile(r"\b\d{3}-\d{2}[A-Z]\d{5}\b"),
    "an account number": re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,}\b"),
}


class AlertError(Exception):
    """An alert did not go out. The message holds no address."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is sent."""

    title: str
    body: str


@contextmanager
def telling(study: Study, paths: RunPaths) -> Iterator[None]:
    """Tell how the block ended. An alert that does not go out is reported and changes nothing."""
    try:
        yield
    except DataRefusedError:
        tell("refused", study, paths)
        raise
    except Exception:
        tell("failed", study, paths)
        raise
    tell("problems" if _problems(paths) else "done", study, paths)


def tell(event: Event, study: Study, paths: RunPaths) -> None:
    """Send an alert to every address of the study, if it asks for this event."""
    secret = study.settings.alerts.secret
    wanted = {event} | ({"done"} if event == "problems" else set())
    if secret is None or not wanted & set(study.settings.alerts.on):
        return
    try:
        alert = compose(event, study.id, paths.id, _problems(paths))
        check_harmless(alert)
        count = len(read_addresses(secret))
    except AlertError as error:
        log.warning("Alert not sent: %s", error)
        return
    for position in range(count):
        state = send(secret, position, alert, return_state=True)
        if not state.is_completed():
            log.warning("Alert not sent: address %d of %d did not take it.", position + 1, count)


def compose(event: Event, study: str, run: str, problems: Sequence[Problem]) -> Alert:
    """The alert's words: the study, the run, and for every rule that found something its counts by wave."""
    lines = [f"Study: {study}", f"Run: {run}", f"Outcome: {WORDS[event]}"]
    if problems:
        lines += ["", "Rules that found something:", *_rule_lines(problems), ""]
        lines += ["problems.csv and data_docs/ in the folder of this run list them; problem_rows.csv has the rows."]
    if event == "failed":
        lines += ["", "run.json in the folder of this run says where it stopped; run it again with --debug."]
    return Alert(title=f"tamasuk: {study}: {WORDS[event]}", body="\n".join(lines))


def _rule_lines(problems: Sequence[Problem]) -> list[str]:
    found: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.wave or problem.stage, problem.check, problem.severity].append(problem)
    lines = []
    for (where, check, severity), same in found.items():
        waived = sum(problem.waived is not None for problem in same)
        signed = f", {waived} of {len(same)} waived" if waived else ""
        lines.append(f"- {where}: {check} ({severity}): {sum(problem.count for problem in same)}{signed}")
    return lines


def _problems(paths: RunPaths) -> tuple[Problem, ...]:
    return tuple(problem for problem in all_problems(read_verdicts(paths)) if problem.severity in WORTH_TELLING)


def check_harmless(alert: Alert) -> None:
    """Raise an AlertError if the alert holds what looks like an identifier."""
    for what, pattern in IDENTIFIERS.items():
        if pattern.search(alert.title) or pattern.search(alert.body):
            raise AlertError(f"its text holds what looks like {what}.")


def read_addresses(secret: str) -> tuple[str, ...]:
    """Apprise addresses, one per line, from the environment variable `secret` or the Prefect secret of that name.

    Raises
    ------
    AlertError
        If there is neither.
    """
    text = os.environ.get(secret) or _prefect_secret(secret.lower().replace("_", "-"))
    addresses = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not addresses:
        raise AlertError(f"there is no address in the environment variable or Prefect secret {secret}.")
    return addresses


def _prefect_secret(name: str) -> str:
    from prefect.blocks.system import Secret

    try:
        return str(Secret.load(name).get())  # type: ignore[union-attr]  # in a flow without async, it is the block
    except ValueError:  # Prefect's word for a block that does not exist
        return ""


@task(
    name="send an alert",
    retries=2,
    retry_delay_seconds=[2, 10],
    cache_policy=NO_CACHE,
    persist_result=False,
)
def send(secret: str, position: int, alert: Alert) -> None:
    """Send to one address. It is looked up here, so that it is no parameter and stands in no record of Prefect's."""
    import apprise

    logging.getLogger("apprise").disabled = True  # its log lines name hosts and accounts
    sender = apprise.Apprise(asset=apprise.AppriseAsset(app_id="tamasuk", app_desc="tamasuk", app_url=""))
    if not sender.add(read_addresses(secret)[position]):
        raise AlertError("the address is not of a form that Apprise knows.") from None
    if not sender.notify(title=alert.title, body=alert.body):
        raise AlertError("the other side did not take it.") from None
