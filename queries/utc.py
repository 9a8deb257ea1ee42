"""The UTC door: only timezone-aware datetimes come in, plain UTC is stored, aware UTC goes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def to_stored(moment: datetime) -> datetime:
    """An aware datetime as the plain UTC one that is stored.

    Raises ValueError for a datetime without a zone: DuckDB would read it in the host's zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; the warehouse takes only aware datetimes")
    return moment.astimezone(UTC).replace(tzinfo=None)


def from_stored(moment: datetime | None) -> datetime | None:
    """A stored plain UTC datetime as an aware one."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC ending in Z, with fractions only where there are any. Takes aware or stored datetimes."""
    aware = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.isoformat().replace("+00:00", "Z")


def floor_to(moment: datetime, step: timedelta) -> datetime:
    """Round an aware datetime down to a multiple of `step` since 1970 UTC. A zero step leaves it."""
    if not step:
        return moment
    return moment - (moment - datetime(1970, 1, 1, tzinfo=UTC)) % step
