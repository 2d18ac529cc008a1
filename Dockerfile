# One image for every process of Voltbridge; docker-compose.yml says which one a container runs.

FROM node:24-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONPATH=/app/platform:/app
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
# docker compose build --build-arg EMBEDDINGS=yes: with what embeddings need (docs/EMBEDDINGS.md).
ARG EMBEDDINGS=
COPY requirements-embeddings.txt ./
RUN [ -z "$EMBEDDINGS" ] || pip install --no-cache-dir --require-hashes -r requirements.txt -r requirements-embeddings.txt
COPY --from=front-end /build/node_modules node_modules
COPY manage.py ./
COPY platform platform
COPY apps apps
COPY templates templates
COPY locale locale
RUN for catalogue in locale/*/LC_MESSAGES/*.po; do \
        [ ! -e "$catalogue" ] || pybabel --quiet compile -i "$catalogue" -o "${catalogue%.po}.mo"; \
    done \
    && DJANGO_SETTINGS_MODULE=config.settings.production python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --create-home voltbridge \
    && install -d -o voltbridge /var/lib/voltbridge
USER voltbridge
# Compiled here, where the machine is of the same make, neither a worker's first task nor a page's first reader waits for it.
RUN python -c "from apps.matching.kernel import warm_up; warm_up()"
EXPOSE 8000
