"""What the DAGs tell one another, and Airflow draws as lineage: files lie in the inbox, the warehouse has changed,
receipts and publications stand on the share."""

from airflow.sdk import Asset, AssetWatcher

from etl.orchestration.inbox_trigger import InboxTrigger

INBOX = Asset("inbox", watchers=[AssetWatcher("new_files", trigger=InboxTrigger(every_seconds=1.0))])
WAREHOUSE = Asset("warehouse")
RECEIPTS = Asset("receipts")
PUBLICATION = Asset("publication")
