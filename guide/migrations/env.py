"""What Alembic runs: the revisions, in the transaction of the connection that it was given."""

from alembic import context

from guide.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can take back a change of tables too; Alembic thinks that it cannot.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
