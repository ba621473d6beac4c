-- Runs that were made elsewhere and restored here, each with the import that brought it: the origin
-- of its texts. Such a run is planned to have what came of it and no more. What its settings said
-- of that where it was made is kept as JSON, name by name.
create table restored_runs (
    run_id integer primary key references runs(id) on delete cascade,
    import_id integer not null references imports(id) on delete cascade,
    planned text not null default '{}'
) strict;
create index restored_import on restored_runs(import_id);
