FROM python:3.13-slim AS build
# (PIP_NO_COMPILE=0 is what pip takes for --no-compile.)
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=0 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements/build.txt requirements/run.txt requirements/
RUN pip install --require-hashes -r requirements/build.txt \
 && python -m venv --without-pip /opt/refund-sandbox \
 && pip --python /opt/refund-sandbox install --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE payments_sandbox.py ./
COPY sandbox sandbox
COPY fixtures fixtures
COPY scenarios scenarios
COPY comparisons comparisons
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && pip --python /opt/refund-sandbox install --no-deps --no-index dist/*.whl

FROM python:3.13-slim
LABEL org.opencontainers.image.title="refund-sandbox" \
      org.opencontainers.image.description="A local stand-in for the refund APIs of Lean Technologies and Lahza" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/refund-sandbox /opt/refund-sandbox
# The base image comes without the byte code of Python's own modules. Nothing can be written later,
# so each health check would compile them anew.
RUN python -m compileall -q --invalidation-mode unchecked-hash \
    -x '/(test|idlelib|tkinter|turtledemo|ensurepip|site-packages/pip)/' \
    /usr/local/lib/python3.13 /opt/refund-sandbox/lib
ENV PATH=/opt/refund-sandbox/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SANDBOX_HOST=0.0.0.0
USER 65532:65532
EXPOSE 8426
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --start-interval=1s \
    CMD ["refund-sandbox", "health"]
ENTRYPOINT ["refund-sandbox"]
