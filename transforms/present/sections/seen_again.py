"""In a panel, whom the effects rest on: everybody seen twice or more, compared with him- or herself."""

from collections.abc import Iterator

from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.surroundings import table_rows
from transforms.study import Index


def seen_again(context: Context, index: Index) -> Iterator[str]:
    """How many people carry the effects on an index, and how many were seen once and carry nothing.

    Nothing where too few people carry them to be counted in public, or the run has no such table.
    """
    say, threshold = context.say, context.hidden.threshold
    for row in table_rows(context, "seen_again", outcome=index.name):
        twice, once = int(row["seen_twice"]), int(row["seen_once"])
        if twice < threshold or any((wave, ALL, ALL) in context.hidden_people for wave in context.study.wave_names):
            continue
        if once == 0:
            yield say("effects.seen_again_all", twice=twice)
        elif once < threshold:
            yield say("effects.seen_again_few", twice=twice, threshold=threshold)
        else:
            yield say("effects.seen_again", twice=twice, once=once)
