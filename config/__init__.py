"""What may be said: the frozen models of a site file, and how one is read."""

from config.errors import ConfigError, Problem
from config.load import load_site, parse_site
from config.models import Brand, Clock, Panel, Scene, Server, Site, SiteInfo, Source, Wall, Warehouse

__all__ = [
    "Brand",
    "Clock",
    "ConfigError",
    "Panel",
    "Problem",
    "Scene",
    "Server",
    "Site",
    "SiteInfo",
    "Source",
    "Wall",
    "Warehouse",
    "load_site",
    "parse_site",
]
