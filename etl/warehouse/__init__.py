"""The only SQLAlchemy: tables, migrations, the ledger, and the runner of sql/."""
