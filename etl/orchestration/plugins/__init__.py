"""The folder in which Airflow looks for plugins."""
