-- Numbers of projects that are gone: a page still open on one must never show another in its place.
create table deleted_projects (
    id integer primary key,
    deleted_at text not null
) strict;
