# The image of one node. The data directory is a volume; nothing else is written.
FROM node:24-bookworm-slim AS console
WORKDIR /build/agents_ui
COPY agents_ui/package.json agents_ui/package-lock.json agents_ui/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY agents_ui/ ./
RUN npm run build

FROM python:3.13-slim-bookworm AS wheel
WORKDIR /build
COPY requirements/ requirements/
RUN python -m venv /opt/hotline \
 && /opt/hotline/bin/pip install --no-cache-dir --require-hashes -r requirements/product.txt \
 && python -m venv /tmp/build \
 && /tmp/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY migrations/ migrations/
COPY hotline/ hotline/
COPY --from=console /build/hotline/console hotline/console/
RUN /tmp/build/bin/hatchling build -t wheel \
 && /opt/hotline/bin/pip install --no-cache-dir --no-deps dist/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/hotline --shell /usr/sbin/nologin hotline
COPY --from=wheel /opt/hotline /opt/hotline
ENV PATH=/opt/hotline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOTLINE_DATA_DIR=/var/lib/hotline/data \
    HOTLINE_HOST=0.0.0.0
USER hotline
RUN mkdir /var/lib/hotline/data
VOLUME /var/lib/hotline/data
EXPOSE 8114
# The embedded PostgreSQL gets its time to shut down.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8114/healthz', timeout=2)"]
ENTRYPOINT ["hotline"]
CMD ["serve"]
