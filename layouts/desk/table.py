"""The desk's table: rows come a block at a time, sorted and filtered by the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import dash_ag_grid as dag  # type: ignore[import-untyped]
from dash import html
from dash.development.base_component import Component

from layouts.desk.breakdowns import named
from layouts.desk.clocks import METRICS
from layouts.desk.filters import UNKNOWN, Filters
from layouts.desk.links import bare

GRID = "desk-grid"
BLOCK = 100
Column = dict[str, Any]
_RIGHT: Column = {"headerClass": "ag-right-aligned-header", "cellClass": "desk-digits ag-right-aligned-cell"}


def _column(field: str, title: str, width: int, sorts: bool = True, **more: Any) -> Column:
    return {"field": field, "headerName": title, "width": width, "sortable": sorts, **more}


def _shown(field: str, title: str, width: int, how: str, sorts: bool = True, **more: Any) -> Column:
    """A column whose values assets/dashAgGridFunctions.js puts into words."""
    return _column(field, title, width, sorts, valueFormatter={"function": f"{how}(params)"}, **more)


# a colour beside the word, which says it alone
_STATES = {"desk-wrong": "params.value === 'breached'", "desk-careful": "params.value === 'at risk'"}

MENTIONS: tuple[Column, ...] = (
    _shown("published_at", "Published", 150, "deskMoment", cellClass="desk-digits"),
    _shown("text", "Text", 420, "deskLine", sorts=False, flex=1, minWidth=260),
    _shown("sentiment_label", "Sentiment", 112, "deskJudged"),
    _shown("platform", "Platform", 112, "deskLine"),
    _shown("brand", "Brand", 130, "deskLine"),
    _shown("author_name", "Author", 150, "deskLine"),
    _shown("author_followers_count", "Followers", 110, "deskCount", **_RIGHT),
    _shown("reach_count", "Reach", 100, "deskCount", **_RIGHT),
    _shown("language", "Language", 104, "deskLine"),
    _shown("region", "Region", 104, "deskLine"),
)
CASES: tuple[Column, ...] = (
    _shown("opened_at", "Opened", 150, "deskMoment", cellClass="desk-digits"),
    _shown("subject", "Subject", 360, "deskLine", sorts=False, flex=1, minWidth=240),
    _shown("state", "State", 110, "deskLine"),
    _shown("first_response_seconds", "First response", 136, "deskDuration", **_RIGHT),
    _shown("resolution_seconds", "Resolution", 120, "deskDuration", **_RIGHT),
    _shown("platform", "Platform", 112, "deskLine"),
    _shown("brand", "Brand", 130, "deskLine"),
    _shown("priority", "Priority", 104, "deskLine"),
    _shown("track", "Track", 110, "deskLine"),
    _shown("owner", "Owner", 130, "deskLine"),
)
CLOCKS: tuple[Column, ...] = (
    _shown("due_at", "Due", 158, "deskMoment", cellClass="desk-digits"),
    _shown("subject", "Case", 300, "deskLine", sorts=False, flex=1, minWidth=220),
    _shown("metric", "Promise", 128, "deskLine"),
    _shown("state", "State", 112, "deskLine", cellClassRules=_STATES),
    _shown("remaining_seconds", "Remaining", 132, "deskOpenTime", **_RIGHT),
    _shown("elapsed_seconds", "Elapsed", 116, "deskOpenTime", **_RIGHT),
    _shown("target_seconds", "Target", 92, "deskOpenTime", **_RIGHT),
    _shown("track", "Track", 104, "deskLine"),
    _shown("priority", "Priority", 96, "deskLine"),
    _shown("owner", "Owner", 116, "deskLine"),
    _shown("platform", "Platform", 108, "deskLine"),
    _shown("cause", "Cause", 196, "deskLine", sorts=False),
    _shown("started_at", "Started", 158, "deskMoment", cellClass="desk-digits"),
    _shown("stopped_at", "Stopped", 158, "deskMoment", cellClass="desk-digits"),
    _shown("cycle", "Cycle", 80, "deskCount", **_RIGHT),
    _shown("case_id", "Case id", 150, "deskLine"),
)
_COLUMNS = {"mentions": MENTIONS, "cases": CASES, "service": CLOCKS, "people": ()}
USUAL = {"mentions": "-published_at", "cases": "-opened_at", "service": "-due_at", "people": ""}
ROWS = {"mentions": "mentions", "cases": "cases", "service": "clocks", "people": "rows"}
"""What the rows of a view are. That of people has none."""


def sortable(view: str) -> tuple[str, ...]:
    """The columns a table can be ordered by."""
    return tuple(column["field"] for column in _COLUMNS[view] if column["sortable"])


def grid(filters: Filters, zone: str) -> Component:
    """The table of one view. Its rows are asked for when it stands on the page.

    zone  the IANA zone in which its times are told
    """
    rows: Literal["infinite"] = "infinite"
    made: Component = dag.AgGrid(
        id=GRID,
        columnDefs=columns(filters),
        rowModelType=rows,
        getRowId="params.data.row_id",
        defaultColDef={
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
            "sortingOrder": ["desc", "asc"],
        },
        dashGridOptions={
            "theme": {"function": "deskTheme(themeQuartz)"},
            "context": {"zone": zone, "view": filters.view, "usual": USUAL[filters.view]},
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 20,
            "maxConcurrentDatasourceRequests": 1,
            "infiniteInitialRowCount": 1,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "ensureDomOrder": True,
            "suppressDragLeaveHidesColumns": True,
            "suppressColumnVirtualisation": True,
            "animateRows": False,
            "rowHeight": 38,
            "headerHeight": 40,
            "localeText": {"noRowsToShow": f"no {ROWS[filters.view]} match these filters", "loadingOoo": "…"},
        },
        eventListeners={
            "sortChanged": ["deskSorted(params, setEventData)"],
            "cellKeyDown": ["deskKey(params, setEventData)"],
            "rowClicked": ["deskOpened(params, setEventData)"],
        },
        className="desk-grid",
        style={"height": "100%", "width": "100%"},
    )
    return made


def said(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the table with names for people where the warehouse has keys: "Instagram", "German", "unknown"."""
    fields = ("platform", "language", "region", "brand")
    told = ({**row, **{field: named(field, row[field] or UNKNOWN) for field in fields if field in row}} for row in rows)
    return [{**row, **_of_clock(row)} if "metric" in row else row for row in told]


def _of_clock(row: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a clock: "first response", "at risk"; a case without a subject is called by its id."""
    return {
        "metric": METRICS.get(row["metric"], row["metric"]),
        "state": str(row["state"]).replace("_", " "),
        "subject": row["subject"] or row["case_id"],
    }


def columns(filters: Filters) -> list[Column]:
    """The columns of a view, with the order `filters` ask for on the one it belongs to."""
    known = filters.sort.removeprefix("-") in sortable(filters.view)
    wanted = filters.sort if known else USUAL[filters.view]
    field, direction = wanted.removeprefix("-"), "desc" if wanted.startswith("-") else "asc"
    given = _COLUMNS[filters.view]
    return [{**one, **({"initialSort": direction} if one["field"] == field else {})} for one in given]


def download(filters: Filters, now: datetime, zone: ZoneInfo) -> Component:
    """The link to exactly these rows as a file."""
    href = file_address(filters, now, zone)
    return html.A("Download CSV", href=href, id="desk-download", className="desk-button", download="")


def file_address(filters: Filters, now: datetime, zone: ZoneInfo) -> str:
    """Where the file is: of the time that is shown, however long the page has stood open.

    How a clock stands is of a moment too, and so its file is of that of the page.
    """
    exact = bare(filters).within(*filters.span(now, zone)).query()
    if filters.view == "service":
        exact += f"&now={now.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    return f"/export/{filters.view}.csv?{exact}"
