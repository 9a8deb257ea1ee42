"""What lies ahead, on the health page: each alert in words, who knows of it, and a button for those who may say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from layouts import words
from layouts.alerts import Alert, by_subject, missing, sentence
from layouts.panels.roster import Gap, stretch

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
_FORM_OF_ALL = Markup("""<form method="post" action="{address}">
<input type="hidden" name="csrf_token" value="{csrf}">
<input type="hidden" name="kind" value="{kind}">
<input type="hidden" name="subject" value="{subject}">
<button aria-label="Acknowledge all {count}: {who}">Acknowledge all {count}</button>
</form>""")
_MOST = 30
_SECTION = Markup('<section id="ahead"><h2>Ahead</h2>{}</section>')
_CALM = "No alert stands for the next 14 days."


def ahead_section(
    alerts: Sequence[Alert], zone: ZoneInfo, now: datetime, *, csrf: str = "", has_roster: bool = True
) -> Markup:
    """The section, from the rows of alerts; nothing at all where there is neither an alert nor a roster.

    Nobody at all comes first, each time by itself; those of one language stand together. With `csrf`, the token of the
    page's forms, what nobody has acknowledged has a button. Everything handed in is escaped; times are those of `zone`.
    """
    if not alerts:
        return _SECTION.format(Markup('<p class="calm">{}</p>').format(_CALM)) if has_roster else Markup("")
    told = (
        _together(one, zone, now, csrf) if len(one) > 1 else _alert(one[0], zone, now, csrf)
        for one in by_subject(alerts)
    )
    return _SECTION.format(Markup("").join(told))


def _together(alerts: Sequence[Alert], zone: ZoneInfo, now: datetime, csrf: str) -> Markup:
    """Those of one subject: how often, the next, and all of them behind a click."""
    new = [alert for alert in alerts if alert.acknowledged_at is None]
    first = alerts[0]
    said = f"{missing(first.subject)} {len(alerts)} times, the next {_when(first, zone, now)}"
    return _ALERT.format(
        colour="warn" if new else "none",
        shape="■" if new else "✓",
        state="new" if new else "known",
        sentence=said,
        facts=_known(alerts, new, zone, now),
        button=_listed(alerts, zone, now) + (_button_of_all(first, len(new), csrf) if csrf and new else Markup("")),
    )


def _when(alert: Alert, zone: ZoneInfo, now: datetime) -> str:
    return stretch(Gap(alert.since, alert.until), zone, now)


def _known(alerts: Sequence[Alert], new: Sequence[Alert], zone: ZoneInfo, now: datetime) -> str:
    known = [alert for alert in alerts if alert.acknowledged_at is not None]
    if not known:
        return "nobody has acknowledged them"
    last = max(known, key=lambda alert: alert.acknowledged_at or alert.raised_at)
    who = f"{last.acknowledged_by or words.UNKNOWN}, {words.when(last.acknowledged_at, zone, now)}"
    return f"acknowledged by {who}" if not new else f"{len(known)} of them acknowledged, last by {who}"


def _listed(alerts: Sequence[Alert], zone: ZoneInfo, now: datetime) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(_when(alert, zone, now)) for alert in alerts[:_MOST])
    more = Markup("<li>and {} more</li>").format(len(alerts) - _MOST) if len(alerts) > _MOST else Markup("")
    return Markup("<details><summary>When</summary><ul>{}{}</ul></details>").format(items, more)


def _button_of_all(first: Alert, count: int, csrf: str) -> Markup:
    return _FORM_OF_ALL.format(
        address=ADDRESS, csrf=csrf, kind=first.kind, subject=first.subject, who=missing(first.subject), count=count
    )


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
