-- Every export: what was chosen and how it was written, and what came of it. The path is a folder
-- below the database's own folder of exports, or wherever a person wanted it.
create table exports (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    settings text not null,
    path text not null,
    digest text not null,
    pairs integer not null,
    files text not null,
    problems text not null,
    left_out text not null,
    created_at text not null
) strict;
create index exports_project on exports(project_id);

-- The pairs an export's filter took, each with the newest review behind it at that time, and whether
-- it was written: balance and problems leave some out. They tell later what has changed since; a
-- pair that is gone is one of the changes, so nothing refers to it.
create table exported_pairs (
    export_id integer not null references exports(id) on delete cascade,
    pair_id integer not null,
    review integer not null,
    written integer not null,
    primary key (export_id, pair_id)
) strict, without rowid;

-- What only a person can say of a project's data sets: title, licences, terms.
create table project_terms (
    project_id integer primary key references projects(id) on delete cascade,
    terms text not null
) strict;
