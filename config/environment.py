"""Every setting that the environment can give, as one table.

`config.settings` reads it, `manage.py doctor` checks it, and a test holds `docs/settings.md` against it.
An installation that prefers a file writes the same names, one `NAME=value` a line, into `var/environment`
(or wherever `ENVIRONMENT_FILE` points); what is set in the real environment wins.
"""

import os
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    """One environment variable: its default as text ("" = not set), and what it does, in one sentence."""

    name: str
    default: str
    meaning: str
    secret: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("VAR_DIR", str(BASE_DIR / "var"), "Folder of everything written at run time: database, uploads, keys."),
    Variable(
        "ENVIRONMENT_FILE", "", "A file of NAME=value lines read before these settings; default VAR_DIR/environment."
    ),
    Variable("SECRET_KEY", "", "Signs sessions and links; at least 50 random characters.", secret=True),
    Variable("DEBUG", "0", "1 shows tracebacks in the browser; never in production."),
    Variable("DEMO", "0", "1 makes this a demonstration: tour, one-click log-in, movable clock, no second factor."),
    Variable("SITE_URL", "http://127.0.0.1:8000", "The public address, as it stands in e-mails and on notices."),
    Variable("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Host names that are answered, separated by commas."),
    Variable("TRUSTED_PROXIES", "0", "How many reverse proxies stand in front and set X-Forwarded-For and -Proto."),
    Variable("DATABASE_URL", "", "postgresql://user:password@host/name; without it SQLite in VAR_DIR.", secret=True),
    Variable("REDIS_URL", "", "redis://…; shared cache and rate limits; without it the database serves.", secret=True),
    Variable(
        "ELASTICSEARCH_URL",
        "",
        "http(s)://… of one or several nodes, separated by commas; without it the embedded search answers.",
        secret=True,
    ),
    Variable("ELASTICSEARCH_INDEX", "supermarket", "What the names of the indexes begin with, in a shared cluster."),
    Variable("ELASTICSEARCH_MS", "800", "How long a page waits for Elasticsearch before the embedded search answers."),
    Variable(
        "SEARCH_WEIGHTS",
        "rating=20,credit=10,experience=10,freshness=5",
        "What moves a search hit besides its text, in per cent: each 0 to 50, together at most 100.",
    ),
    Variable(
        "EMAIL_URL", "", "smtp://user:password@host:port; without it mails are printed on the console.", secret=True
    ),
    Variable("EMAIL_FROM", "noreply@localhost", "Sender of the site's e-mails."),
    Variable("STRIPE_SECRET_KEY", "", "Stripe's secret key; without it Stripe is not offered.", secret=True),
    Variable("STRIPE_WEBHOOK_SECRET", "", "Secret of the webhook endpoint at Stripe.", secret=True),
    Variable(
        "SEALING_KEY",
        "",
        "32 bytes in hexadecimal that wrap every tender's private key; default: a file of VAR_DIR/keys.",
        secret=True,
    ),
    Variable(
        "SEALING_KEEPER",
        "marketplace.core.keys.LocalKeeper",
        "Python class that keeps the wrapping key: this process, or an adapter of a key management service.",
    ),
    Variable(
        "LOG_KEY",
        "",
        "32 bytes in hexadecimal, seed of the key that signs receipts and log heads; default: a file of VAR_DIR/keys.",
        secret=True,
    ),
    Variable(
        "OCID_PREFIX",
        "ocds-zjcs01",
        "The publisher's prefix of open contracting ids; the default is no registered one.",
    ),
    Variable("DRAND_URL", "", "http(s)://… of a drand relay, asked by the worker; without it officers upload rounds."),
    Variable("MAX_UPLOAD_MB", "50", "Largest file that is accepted, in MiB."),
    Variable("UPLOAD_MB_A_DAY", "1000", "How much one person may upload within 24 hours, in MiB."),
    Variable("INSPECTION_DAYS", "1825", "After how many days the inspectors' record forgets addresses and devices."),
    Variable("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
)


def load_file() -> None:
    """Put the variables of the environment file into the process's environment, unless they are set already."""
    folder = os.environ.get("VAR_DIR") or next(v.default for v in VARIABLES if v.name == "VAR_DIR")
    path = Path(os.environ.get("ENVIRONMENT_FILE") or Path(folder) / "environment")
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def read(name: str) -> str:
    """The variable's text, or its default. KeyError for a name that is not in the table."""
    table = {v.name: v for v in VARIABLES}
    return os.environ.get(name) or table[name].default


def flag(name: str) -> bool:
    """Whether the variable says yes (1, true, yes, on)."""
    return read(name).lower() in {"1", "true", "yes", "on"}


def listed(name: str) -> list[str]:
    """The variable's parts, separated by commas."""
    return [part.strip() for part in read(name).split(",") if part.strip()]


def number(name: str) -> int:
    """The variable as a whole number from 0. ValueError that names the variable if it is none."""
    text = read(name)
    if not text.isdecimal():
        raise ValueError(f"{name} must be a whole number, not {text!r}; see docs/settings.md")
    return int(text)
