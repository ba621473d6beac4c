-- Looks at the texts of a project's pairs, the newest of each kind. mark says what there was when it
-- looked, so that one can tell later whether it is still so.
create table looks (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    kind text not null,
    settings text not null,
    mark text not null,
    result text not null,
    created_at text not null,
    unique (project_id, kind)
) strict;

-- What a look has found of a pair: in which part of it, from where to where (characters), and why;
-- with what it is like: another pair, a seed, or an item of a set.
create table findings (
    id integer primary key,
    look_id integer not null references looks(id) on delete cascade,
    pair_id integer not null references pairs(id) on delete cascade,
    kind text not null,
    part text not null,
    begins integer not null,
    ends integer not null,
    why text not null,
    similarity real,
    like_pair integer references pairs(id) on delete cascade,
    like_seed integer references seeds(id) on delete cascade,
    benchmark_id integer references benchmarks(id) on delete cascade,
    position integer
) strict;
create index findings_look on findings(look_id, kind, pair_id);
create index findings_pair on findings(pair_id);
create index findings_like_pair on findings(like_pair) where like_pair is not null;
create index findings_like_seed on findings(like_seed) where like_seed is not null;
create index findings_benchmark on findings(benchmark_id) where benchmark_id is not null;

-- Where a pair lies on the map of its project, and in which region of it.
create table map_points (
    pair_id integer primary key references pairs(id) on delete cascade,
    look_id integer not null references looks(id) on delete cascade,
    x real not null,
    y real not null,
    region integer not null
) strict;
create index map_points_look on map_points(look_id, region);

-- How many pairs of a use case or skill are wanted, as a number or as a share of all.
create table targets (
    project_id integer not null references projects(id) on delete cascade,
    field text not null,
    name text not null,
    count integer,
    share real,
    primary key (project_id, field, name)
) strict, without rowid;
