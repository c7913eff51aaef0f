# The image of every Airflow process: the official one of the version that the lock names, our locked packages over
# it by hash, and the project. Runs as the image's own user, never as root.
FROM apache/airflow:3.3.2-python3.11
WORKDIR /opt/returns
COPY --chown=airflow:0 requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY --chown=airflow:0 . ./
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .
