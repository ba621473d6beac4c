-- Sets of rubrics and actions that a person keeps to give to other entries, of any project.
create table rubric_library (
    name text primary key,
    rubrics text not null,
    saved_at text not null
) strict, without rowid;
