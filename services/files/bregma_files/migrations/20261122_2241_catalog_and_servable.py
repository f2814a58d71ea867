"""What other rooms may read of files, and the trigger that keeps ``datasets.servable`` true to the records."""

from collections.abc import Sequence

from alembic import op

revision: str = "files_0002"
down_revision: str | None = "files_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Alyx puts the dataset's id before the last extension
WITH_ID = """
create function kit.with_id(path text, id uuid) returns text language sql immutable parallel safe as $$
  select regexp_replace(path, '(\\.[^./]*)?$', '.' || id || '\\1')
$$
"""
# of a managed repository the address is our own data tree; '' stands for the address of the API
RECORDS = """
create view catalog.file_records as
select f.id, f.dataset_id, f.repository_id, r.name as repository, r.managed, r.globus_is_personal as personal,
       f.exists, f.declared, f.relative_path, f.object_key, r.bucket, r.globus_path,
       case when r.managed then '' when r.data_url is null or r.data_url = '' then null else r.data_url end as root,
       case when r.managed then '/data/' || coalesce(s.lab || '/Subjects/', 'aggregates/') else '' end
         || kit.with_id(f.relative_path, f.dataset_id) as path
from files.file_records f
join files.repositories r on r.id = f.repository_id
join files.datasets d on d.id = f.dataset_id
left join catalog.sessions s on s.id = d.session_id
"""
DATASETS = """
create view catalog.session_datasets as
select d.id, d.session_id, d.name, d.dataset_type_id, t.name as dataset_type, d.file_size, d.hash, d.version, d.collection,
       v.name as revision, d.default_dataset, d.qc, d.servable
from files.datasets d
join files.dataset_types t on t.id = d.dataset_type_id
left join files.revisions v on v.id = d.revision_id
where d.session_id is not null
"""
DATASET_TAGS = """
create view catalog.dataset_tags as
select d.session_id, x.dataset_id, t.name, t.protected, t.public
from files.dataset_tags x join files.tags t on t.id = x.tag_id join files.datasets d on d.id = x.dataset_id
"""
LAB_REPOSITORIES = """
create view catalog.lab_repositories as
select x.lab_id, r.id as repository_id, r.name from files.lab_repositories x join files.repositories r on r.id = x.repository_id
"""
REPOSITORIES = """
create view catalog.repositories as
select id, name, managed, globus_is_personal as personal, json from files.repositories
"""
REFRESH = """
create function files.refresh_servable(ids uuid[]) returns void language sql as $$
  update files.datasets d set servable = new.servable
  from (select i as id, exists (
          select 1 from files.file_records f join files.repositories r on r.id = f.repository_id
          where f.dataset_id = i and f.exists and not r.globus_is_personal) as servable
        from unnest(ids) as i) new
  where d.id = new.id and d.servable is distinct from new.servable
$$
"""
# statement-level: a batch of a thousand records refreshes its datasets in one update
TRIGGERS = """
create function files.records_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform files.refresh_servable(array(select distinct dataset_id from new_rows where exists));
  elsif tg_op = 'DELETE' then
    perform files.refresh_servable(array(select distinct dataset_id from old_rows where exists));
  else
    perform files.refresh_servable(array(
      select n.dataset_id from new_rows n join old_rows o using (id)
      where n.exists is distinct from o.exists or n.dataset_id is distinct from o.dataset_id
         or n.repository_id is distinct from o.repository_id
      union select o.dataset_id from new_rows n join old_rows o using (id) where n.dataset_id is distinct from o.dataset_id));
  end if;
  return null;
end $$;
create trigger records_inserted after insert on files.file_records referencing new table as new_rows
  for each statement execute function files.records_changed();
create trigger records_updated after update on files.file_records referencing old table as old_rows new table as new_rows
  for each statement execute function files.records_changed();
create trigger records_deleted after delete on files.file_records referencing old table as old_rows
  for each statement execute function files.records_changed();
create function files.repository_changed() returns trigger language plpgsql as $$
begin
  perform files.refresh_servable(array(select dataset_id from files.file_records where repository_id = new.id and exists));
  return null;
end $$;
create trigger repository_personal after update of globus_is_personal on files.repositories
  for each row when (new.globus_is_personal is distinct from old.globus_is_personal)
  execute function files.repository_changed();
"""
VIEWS = ("repositories", "file_records", "session_datasets", "dataset_tags", "lab_repositories")


def upgrade() -> None:
    for statement in (WITH_ID, RECORDS, DATASETS, DATASET_TAGS, LAB_REPOSITORIES, REPOSITORIES, REFRESH):
        op.execute(statement)
    op.get_bind().exec_driver_sql(TRIGGERS.replace("%", "%%"))
    # the writes that go against the slope, one line each (see the architecture tests)
    op.execute("grant select, insert, delete on files.lab_repositories to bregma_metadata")
    op.execute("grant select, insert on metadata.session_users to bregma_files")


def downgrade() -> None:
    op.execute("revoke all on metadata.session_users from bregma_files")
    op.execute("revoke all on files.lab_repositories from bregma_metadata")
    for table, name in (("file_records", "inserted"), ("file_records", "updated"), ("file_records", "deleted")):
        op.execute(f"drop trigger records_{name} on files.{table}")
    op.execute("drop trigger repository_personal on files.repositories")
    for function in ("repository_changed()", "records_changed()", "refresh_servable(uuid[])"):
        op.execute(f"drop function files.{function}")
    for view in VIEWS:
        op.execute(f"drop view catalog.{view}")
    op.execute("drop function kit.with_id(text, uuid)")
