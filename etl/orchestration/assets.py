"""What the DAGs tell one another: files lie in the inbox, the warehouse has changed."""

from airflow.sdk import Asset, AssetWatcher

from etl.orchestration.inbox_trigger import InboxTrigger

INBOX = Asset("inbox", watchers=[AssetWatcher("new_files", trigger=InboxTrigger(every_seconds=1.0))])
WAREHOUSE = Asset("warehouse")
