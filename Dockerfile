# The image of one node. The data directory is a volume; nothing else is written.
FROM node:24-bookworm-slim AS console
WORKDIR /build/agents_ui
COPY agents_ui/package.json agents_ui/package-lock.json agents_ui/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY agents_ui/ ./
RUN npm run build

# What the service needs, by hashes. A venv without pip: nothing is installed at run time.
FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
COPY requirements/product.txt requirements/build.txt requirements/
RUN python -m venv /tools \
 && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
 && python -m venv --without-pip /opt/hotline \
 && /tools/bin/pip --python /opt/hotline/bin/python install --no-cache-dir --require-hashes \
      -r requirements/product.txt

# The product alone lies in /product: a new release is a small layer upon that of the packages.
FROM packages AS product
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY migrations/ migrations/
COPY hotline/ hotline/
COPY --from=console /build/hotline/console hotline/console/
RUN /tools/bin/hatchling build -t wheel \
 && /tools/bin/pip --python /opt/hotline/bin/python install --no-cache-dir --no-deps \
      --root /product dist/*.whl

FROM python:3.13-slim-bookworm
# The same numbers in every release: files on a shared volume keep their owner.
RUN groupadd --system --gid 10114 hotline \
 && useradd --system --uid 10114 --gid hotline --no-create-home --home-dir /var/lib/hotline \
      --shell /usr/sbin/nologin hotline \
 && install --directory --owner hotline --group hotline --mode 700 \
      /var/lib/hotline /var/lib/hotline/data
COPY --from=packages /opt/hotline /opt/hotline
COPY --from=product /product/ /
ENV PATH=/opt/hotline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOTLINE_DATA_DIR=/var/lib/hotline/data \
    HOTLINE_HOST=0.0.0.0
USER hotline
VOLUME /var/lib/hotline/data
EXPOSE 8114
# The embedded PostgreSQL gets its time to shut down.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s CMD ["python", "-m", "hotline.alive"]
ENTRYPOINT ["hotline"]
CMD ["serve"]
