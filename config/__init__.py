"""What may be said: the frozen models of a site file, and how one is read."""

from config.center import Access, Assumption, Goal, SnapshotPlan, Value
from config.errors import ConfigError, Problem
from config.load import load_site, parse_site
from config.models import Brand, Server, Site, SiteInfo, Source, Warehouse
from config.roster import Absence, PlannedEvent, RosterFile, Shift, Staffing
from config.walls import Clock, Panel, Scene, Wall

__all__ = [
    "Absence",
    "Access",
    "Assumption",
    "Brand",
    "Clock",
    "ConfigError",
    "Goal",
    "Panel",
    "PlannedEvent",
    "Problem",
    "RosterFile",
    "Scene",
    "Server",
    "Shift",
    "Site",
    "SiteInfo",
    "SnapshotPlan",
    "Source",
    "Staffing",
    "Value",
    "Wall",
    "Warehouse",
    "load_site",
    "parse_site",
]
