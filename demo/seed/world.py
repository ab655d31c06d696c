"""What the seeding knows while it plays: the random stream, the people, and where the time stands."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from demo.seed.cast import Buyer, Firm
from demo.seed.timeline import Timeline
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.agencies.models import Agency
from marketplace.projects.models import Project


@dataclass
class World:
    """Everything one part of the seeding hands to the next."""

    rng: random.Random
    timeline: Timeline
    end: datetime
    staff: dict[str, Actor] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)
    agencies: dict[int, Agency] = field(default_factory=dict)
    agents: dict[int, Actor] = field(default_factory=dict)
    buyers: list[tuple[Buyer, Organisation, Actor]] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    purchases_left: int = 14  # from steps of projects

    @property
    def operator(self) -> Actor:
        return self.staff["operator"]

    def firm_of(self, agency: Agency) -> Firm:
        """The firm behind an agency."""
        number = next(n for n, a in self.agencies.items() if a.pk == agency.pk)
        return self.firms[number - 1]
