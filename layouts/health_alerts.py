"""What lies ahead, on the health page: each alert in words, who knows of it, and a button for those who may say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from layouts import words
from layouts.alerts import Alert, sentence

ADDRESS = "/api/v1/alert/acknowledge"
_ALERT = Markup("""<article class="alert {colour}">
<h3 dir="auto"><span class="state {colour}">{shape} {state}</span> {sentence}</h3>
<p class="calm" dir="auto">{facts}</p>{button}</article>
""")
_FORM = Markup("""<form method="post" action="{address}">
<input type="hidden" name="csrf_token" value="{csrf}">
<input type="hidden" name="kind" value="{kind}">
<input type="hidden" name="subject" value="{subject}">
<input type="hidden" name="since_at" value="{since}">
<button aria-label="Acknowledge: {sentence}">Acknowledge</button>
</form>""")
_SECTION = Markup('<section id="ahead"><h2>Ahead</h2>{}</section>')
_CALM = "No alert stands for the next 14 days."


def ahead_section(
    alerts: Sequence[Alert], zone: ZoneInfo, now: datetime, *, csrf: str = "", has_roster: bool = True
) -> Markup:
    """The section, from the rows of alerts; nothing at all where there is neither an alert nor a roster.

    With `csrf`, the token of the page's forms, each alert that nobody has acknowledged has a button. Everything handed
    in is escaped; times are those of `zone`.
    """
    if not alerts:
        return _SECTION.format(Markup('<p class="calm">{}</p>').format(_CALM)) if has_roster else Markup("")
    return _SECTION.format(Markup("").join(_alert(alert, zone, now, csrf) for alert in alerts))


def _alert(alert: Alert, zone: ZoneInfo, now: datetime, csrf: str) -> Markup:
    said = sentence(alert, zone, now)
    is_known = alert.acknowledged_at is not None
    return _ALERT.format(
        colour="none" if is_known else "warn",
        shape="✓" if is_known else "■",
        state="known" if is_known else "new",
        sentence=said,
        facts=_facts(alert, zone, now),
        button=_button(alert, said, csrf) if csrf and not is_known else Markup(""),
    )


def _facts(alert: Alert, zone: ZoneInfo, now: datetime) -> str:
    found = f"found {words.when(alert.raised_at, zone, now)}"
    if alert.acknowledged_at is None:
        return f"{found} · nobody has acknowledged it"
    at = words.when(alert.acknowledged_at, zone, now)
    return f"{found} · acknowledged by {alert.acknowledged_by or words.UNKNOWN}, {at}"


def _button(alert: Alert, said: str, csrf: str) -> Markup:
    return _FORM.format(
        address=ADDRESS, csrf=csrf, kind=alert.kind, subject=alert.subject, since=alert.since.isoformat(), sentence=said
    )
