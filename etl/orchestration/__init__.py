"""Airflow beyond the DAG files: assets, the watch on the inbox, what every task does, and a private Airflow."""
