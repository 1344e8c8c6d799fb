"""What whoever does not watch is told of a study: what happened, the decision's sentence, and where to look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from mtl.shown import printable, shortened, without_passwords

if TYPE_CHECKING:
    # Which imports pandas, whereas every command reads who is to be told.
    from mtl.report.outcome import Outcome

Event = Literal["promoted", "accepted", "rejected", "failed", "late", "harm"]

EVENTS: tuple[Event, ...] = get_args(Event)
"""*Accepted* is what waits for `mtl promote`; *late*, a schedule's ticks that were missed; *harm*, that labels
have come by which a champion is worse than what it replaced."""

LONGEST = 2000
"""Characters of a sentence: what receivers take at the least."""


@dataclass(frozen=True)
class Notice:
    """One thing that happened.

    Attributes:
        sentences: what happened, in words.
        places: where to look further, by what is there.
    """

    event: Event
    study: str
    sentences: tuple[str, ...]
    places: Mapping[str, str]

    @property
    def subject(self) -> str:
        """In a line."""
        return f"{self.study}: {self.event}"

    @property
    def text(self) -> str:
        """In full, without passwords or control characters."""
        told = (f"{name}: {place}" for name, place in self.places.items())
        return _clean("\n".join((self.subject, *self.sentences, *told)))

    def to_plain(self) -> dict[str, Any]:
        """For a webhook. Slack shows `text`, and takes what stands between `<` and `>` for a link."""
        escaped = self.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {
            "text": escaped,
            "event": self.event,
            "study": self.study,
            "sentence": _clean(" ".join(self.sentences)),
            "where": {name: _clean(place) for name, place in self.places.items()},
        }


def notice_of(outcome: "Outcome", tracking: str) -> Notice | None:
    """Of a study that came to a decision; None where the decision is an earlier one.

    Args:
        tracking: where MLflow is, for people.
    """
    if outcome.unchanged_since is not None:
        return None
    accepted: Event = "promoted" if outcome.moved else "accepted"
    event = accepted if outcome.decision.promote else "rejected"
    places = {"report": str(outcome.report), "run in MLflow": f"{outcome.run_id} at {tracking}"}
    return Notice(event, outcome.study, (outcome.decision.sentence, outcome.promotion), places)


def notice_of_failure(study: str, error: Exception, home: str) -> Notice:
    """Of one that came to none."""
    told = str(error) or type(error).__name__
    return Notice("failed", study, (" ".join(told.split()), "The champion stays as it was."), {"home": home})


def notice_of_missed(study: str, ticks: int, home: str) -> Notice:
    """Of ticks that nobody served: one study stands for all of them."""
    told = f"{ticks} scheduled studies were missed while nobody served the schedule; a later one stands for them."
    return Notice("late", study, (told,), {"home": home})


def notice_of_harm(study: str, sentences: tuple[str, ...], page: str) -> Notice:
    """Of a champion that is worse than what it replaced."""
    return Notice("harm", study, sentences, {"page": page})


def _clean(text: str) -> str:
    return shortened(without_passwords(printable(text)), LONGEST)
