"""Django's settings. Whatever differs from one installation to the next comes from `config.environment`."""

import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.environment import BASE_DIR

environment.load_file()

VAR_DIR = Path(environment.read("VAR_DIR"))
DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
SITE_URL = environment.read("SITE_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = SITE_URL
ALLOWED_HOSTS = environment.listed("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECRET_KEY = environment.read("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. script/server makes one; otherwise set it in the environment, see docs/settings.md."
    )

INSTALLED_APPS = [
    "config",
    "demo",
    "cms",
    "search",
    "marketplace.supervision",
    "marketplace.projects",
    "marketplace.approvals",
    "marketplace.contracts",
    "marketplace.tenders",
    "marketplace.agencies",
    "marketplace.catalogue",
    "payments",
    "marketplace.accounts",
    "marketplace.core",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "marketplace.accounts.wagtail_users.StaffAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "search.middleware.SearchEngineHeader",
    "marketplace.core.drafts.DraftMiddleware",
    "marketplace.accounts.middleware.ActorMiddleware",
    "marketplace.core.middleware.DomainErrorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets may use the components of templates/
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "wagtail.contrib.settings.context_processors.settings",
                "config.context.site",
            ],
            "builtins": ["marketplace.core.templatetags.look"],
        },
    },
]

# --- database ---------------------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": environ.Env.db_url_config(environment.read("DATABASE_URL") or f"sqlite:///{VAR_DIR}/site.sqlite3")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that will write takes the writer's lock first, so "read, decide, write" is one act.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if environment.read("REDIS_URL"):
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": environment.read("REDIS_URL")}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "marketplace.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "marketplace.accounts.forms.SignupExtra"
ACCOUNT_EMAIL_VERIFICATION = "optional"  # one enters without; but only a proved address counts for anything
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None  # a box to tick; the sessions of staff end with the browser anyhow
# Wrong passwords: django-axes counts them per account and address, "login_name" per account from all addresses.
# Wrong codes of the second factor: "login_failed", per person and per address.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key", "login_name": "40/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "marketplace.accounts.adapter.login_name"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_IPWARE_PROXY_COUNT = environment.number("TRUSTED_PROXIES")
AXES_CLIENT_IP_CALLABLE = "marketplace.core.middleware.client_ip"

# --- language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"  # Wagtail's published pictures and documents
MEDIA_URL = "/media/"
PRIVATE_ROOT = VAR_DIR / "files"  # uploads of the domain: only through core.views.download
MAX_UPLOAD_BYTES = environment.number("MAX_UPLOAD_MB") * 1024 * 1024
UPLOAD_BYTES_A_DAY = environment.number("UPLOAD_MB_A_DAY") * 1024 * 1024
INSPECTION_DAYS = environment.number("INSPECTION_DAYS")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or "pytest" in sys.modules
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or "pytest" in sys.modules

# --- Wagtail ----------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "中介服务超市"
WAGTAIL_I18N_ENABLED = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.page_search"}}
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "zip", "png", "jpg", "jpeg"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # passwords are kept under /accounts/, with the second factor
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- mail -------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.read("EMAIL_FROM")
vars().update(environ.Env.email_url_config(environment.read("EMAIL_URL") or "consolemail://"))

# --- the domain's own -------------------------------------------------------------------------------------------------
SEALING_KEY = environment.read("SEALING_KEY")
SEALING_KEEPER = environment.read("SEALING_KEEPER")
LOG_KEY = environment.read("LOG_KEY")
OCID_PREFIX = environment.read("OCID_PREFIX")
DRAND_URL = environment.read("DRAND_URL")
KEYS_DIR = VAR_DIR / "keys"
STRIPE_SECRET_KEY = environment.read("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = environment.read("STRIPE_WEBHOOK_SECRET")
ELASTICSEARCH_URL = environment.read("ELASTICSEARCH_URL")
ELASTICSEARCH_INDEX = environment.read("ELASTICSEARCH_INDEX")
ELASTICSEARCH_SECONDS = environment.number("ELASTICSEARCH_MS") / 1000
SEARCH_WEIGHTS = environment.read("SEARCH_WEIGHTS")

# --- security ---------------------------------------------------------------------------------------------------------
_https = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
if environment.number("TRUSTED_PROXIES"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "marketplace.core.views.form_expired"
CSP_DEFAULT: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "manifest-src": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": CSP_DEFAULT}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
if "pytest" in sys.modules:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests create hundreds of people

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.read("LOG_LEVEL")},
    "loggers": {
        name: {"level": "WARNING"} for name in ("axes", "fontTools", "django_tasks", "wagtail", "modelsearch", "jieba")
    }
    | {name: {"level": "ERROR"} for name in ("weasyprint", "pypdf")},
}
