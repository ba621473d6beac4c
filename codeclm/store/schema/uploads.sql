-- The file a project is about to import: what was brought stays until it is imported or put away.
create table uploads (
    project_id integer primary key references projects(id) on delete cascade,
    name text not null,
    sha256 text not null,
    created_at text not null,
    data blob not null
) strict;
create index seeds_shown on seeds(project_id, removed);
