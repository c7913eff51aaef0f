# The image of every Airflow process: of the official one of the version that the lock names its Python, its user and its
# entrypoint; in an environment of its own exactly the locked packages, by hash, and the project. Never runs as root.
# Needs BuildKit (Docker 23 or newer): an older builder gives the folder of WORKDIR to root.
FROM apache/airflow:3.3.2-python3.11
WORKDIR /opt/returns
RUN python -m venv .venv
ENV VIRTUAL_ENV=/opt/returns/.venv PATH=/opt/returns/.venv/bin:$PATH
COPY --chown=airflow:0 requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY --chown=airflow:0 . ./
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .
RUN python -m compileall -q etl dags
