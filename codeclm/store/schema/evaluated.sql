-- Sets of instructions that models are compared on, each as it was read from one file. The items
-- held out are those that metadata is extracted from.
create table benchmarks (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    import_id integer not null references imports(id) on delete cascade,
    fields text not null,
    seed integer not null,
    created_at text not null
) strict;
create index benchmarks_project on benchmarks(project_id);

create table benchmark_items (
    benchmark_id integer not null references benchmarks(id) on delete cascade,
    position integer not null,
    line integer not null,
    instruction text not null,
    use_case text not null,
    skills text not null,
    held_out integer not null,
    primary key (benchmark_id, position)
) strict;

-- Responses that came with a set: nobody is asked for them.
create table recorded_responses (
    benchmark_id integer not null references benchmarks(id) on delete cascade,
    position integer not null,
    party text not null,
    text text not null,
    primary key (benchmark_id, position, party)
) strict;

-- The set that a run compares two models on, all of it or without what is held out, and the export
-- that its candidate was tuned on, where a person has said so.
create table evaluations (
    run_id integer primary key references runs(id) on delete cascade,
    benchmark_id integer not null references benchmarks(id) on delete cascade,
    whole integer not null,
    export_id integer references exports(id) on delete set null
) strict;
create index evaluations_benchmark on evaluations(benchmark_id);
create index evaluations_export on evaluations(export_id) where export_id is not null;

create table evaluation_responses (
    run_id integer not null references runs(id) on delete cascade,
    position integer not null,
    party text not null,
    text text not null,
    cut integer not null,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, position, party)
) strict;

-- What the judge said of both responses: place 0 showed the candidate's first, 1 the reference's.
create table assessments (
    run_id integer not null references runs(id) on delete cascade,
    position integer not null,
    place integer not null,
    candidate real not null,
    reference real not null,
    explanation text not null,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, position, place)
) strict;

-- A project may be about to import a file and about to bring a set, each from a page of its own.
create table uploads_by_purpose (
    project_id integer not null references projects(id) on delete cascade,
    purpose text not null,
    name text not null,
    sha256 text not null,
    created_at text not null,
    data blob not null,
    primary key (project_id, purpose)
) strict;
insert into uploads_by_purpose (project_id, purpose, name, sha256, created_at, data)
    select project_id, 'source', name, sha256, created_at, data from uploads;
drop table uploads;
alter table uploads_by_purpose rename to uploads;
