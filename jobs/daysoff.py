"""Which local days are holidays: of a country, of an iCalendar feed, as the site file adds and takes away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from config.calendars import Holidays
from jobs.ical import Days


def days_off(holidays: Holidays | None, first: date, last: date, feeds: Mapping[str, Days]) -> dict[date, str | None]:
    """The days from `first` to `last` on which a calendar does not open, with their names where somebody named them.

    `feeds` holds the days of each `ical`, by what the site file says there; one that has not been read brings none.
    """
    if holidays is None:
        return {}
    found: dict[date, str | None] = dict.fromkeys(holidays.also)
    for days in (feeds.get(holidays.ical or "", {}), _of_country(holidays, first, last)):
        # of a day that several name, the country's name wins
        found |= {day: name for day, name in days.items() if name or day not in found}
    gone = set(holidays.not_days)
    return {day: name for day, name in found.items() if first <= day <= last and day not in gone}


def _of_country(holidays: Holidays, first: date, last: date) -> Days:
    return {} if holidays.country is None else country(holidays.country, holidays.subdiv, first.year, last.year)


@lru_cache(maxsize=64)
def country(code: str, subdiv: str | None, first: int, last: int) -> Days:
    """The public holidays of a country, or of it and one part of it, in the years from `first` to `last`.

    They have English names where they are known, else those of the country: never those of the host's language.
    """
    from holidays import country_holidays

    made = country_holidays(code, subdiv=subdiv, years=first, language="en_US")
    own = "en_US" if "en_US" in made.supported_languages else made.default_language
    found = country_holidays(code, subdiv=subdiv, years=range(first, last + 1), language=own)
    return dict(found.items())
