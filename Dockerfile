# One image for web server and worker; compose.yaml says how they are started.
FROM python:3.12-slim-bookworm

# Pango and a Chinese font: without them PDFs become printable pages.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 VAR_DIR=/var/lib/supermarket
RUN useradd --create-home --uid 1000 supermarket && install -d -o supermarket -m 700 "$VAR_DIR"
WORKDIR /srv/supermarket

COPY requirements.txt ./
RUN pip install --disable-pip-version-check -r requirements.txt
COPY . .

USER supermarket
# Laid into the image; a new volume at this place starts with it, and "web" collects again after an update.
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input --verbosity 0
VOLUME ["/var/lib/supermarket"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': 'localhost', 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "config.wsgi:application"]
