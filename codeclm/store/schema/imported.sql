-- The row of a file that each chain of an imported run came from.
create table imported (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    import_id integer not null references imports(id) on delete cascade,
    line integer not null,
    primary key (run_id, entry, slot)
) strict, without rowid;
create index imported_import on imported(import_id);
