"""The demonstration's own tables: by how much its clock runs ahead, and which logs-in it offers."""

from django.db import models


class ClockOffset(models.Model):
    """By how many seconds the site's time runs ahead of the real one; it only grows."""

    seconds = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"+{self.seconds} s"


class Persona(models.Model):
    """A demonstration user: which role it shows, and where its part of the tour begins."""

    key = models.SlugField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField()
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="persona")
    role = models.CharField(max_length=40)
    about = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.key
