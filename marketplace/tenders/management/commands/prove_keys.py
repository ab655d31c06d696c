"""manage.py prove_keys: prove now that every open tender's key opens what is sealed to it, as it happens each night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.tenders.services import ensure_rehearsal, rehearse


class Command(BaseCommand):
    help = "Proves each open tender's key by opening a dummy; exit status 1 and the tenders' numbers when one fails."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove all, and see to it that the next night is planned."""
        found = rehearse()
        ensure_rehearsal()
        if found.failing:
            raise CommandError("; ".join(f"{number}: {why}" for number, why in sorted(found.failing.items())))
        self.stdout.write(f"{found.proved} keys proved")
