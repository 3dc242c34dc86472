FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt .
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt

COPY . .
# Outside the volume, or a later image would go on serving the static files of the first.
ENV EVALSYS_ENV=production EVALSYS_STATIC_ROOT=/app/collected
# The keys of this step are thrown away; a container is given its own at its start.
RUN EVALSYS_ALLOWED_HOSTS=localhost EVALSYS_SECRET_KEY=build EVALSYS_SEAL_KEY=build EVALSYS_SIGNING_PASSPHRASE=build \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --create-home --uid 10001 evalsys \
    && install --directory --owner evalsys var

USER evalsys
VOLUME /app/var
EXPOSE 8000
# Several containers on one database: run `manage.py migrate` once, start them with the second half.
CMD ["sh", "-c", ".venv/bin/python manage.py migrate --noinput && exec .venv/bin/gunicorn evalsys.wsgi:application --bind 0.0.0.0:8000 --worker-class gthread --workers 2 --threads 4 --keep-alive 75 --no-control-socket --worker-tmp-dir /dev/shm"]
