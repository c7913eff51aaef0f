"""config/ in, checked definitions out. Every mistake is a DefinitionError that names file and key."""

from etl.definitions.campaign import Campaign
from etl.definitions.form import Column, Form, Group, Row
from etl.definitions.holidays import Holidays
from etl.definitions.limits import Limits
from etl.definitions.loading import Definitions, load_definitions
from etl.definitions.other_areas import OtherAreas
from etl.definitions.reminders import Reminders
from etl.definitions.roster import Roster, Unit
from etl.definitions.rules import Rule, Rulebook

__all__ = [
    "Campaign",
    "Column",
    "Definitions",
    "Form",
    "Group",
    "Holidays",
    "Limits",
    "OtherAreas",
    "Reminders",
    "Roster",
    "Row",
    "Rule",
    "Rulebook",
    "Unit",
    "load_definitions",
]
