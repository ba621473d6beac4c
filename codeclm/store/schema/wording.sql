-- Prompts that a project has in words of its own.
create table project_prompts (
    project_id integer not null references projects(id) on delete cascade,
    name text not null,
    text text not null,
    changed_at text not null,
    primary key (project_id, name)
) strict, without rowid;

-- The wording behind every digest that a project's calls name, shipped or its own.
create table prompts (
    project_id integer not null references projects(id) on delete cascade,
    digest text not null,
    name text not null,
    text text not null,
    primary key (project_id, digest)
) strict, without rowid;

-- A brief has parts: what was written in one piece is its first.
update projects set brief = json_object('product', brief) where brief <> '';
