create table projects (
    id integer primary key,
    name text not null unique,
    brief text not null default '',
    system_prompt text not null default '',
    strong text not null default '',
    target text not null default '',
    judge text not null default '',
    created_at text not null
) strict;

create table endpoints (
    name text primary key,
    settings text not null
) strict;

create table imports (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    name text not null,
    sha256 text not null,
    field text not null,
    imported integer not null,
    skipped integer not null,
    created_at text not null
) strict;

create table seeds (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    import_id integer not null references imports(id) on delete cascade,
    line integer not null,
    text text not null,
    digest text not null,
    removed integer not null default 0,
    unique (project_id, digest)
) strict;

create table metadata (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    use_case text not null,
    skills text not null,
    key text not null,
    weight integer not null,
    origin text not null,
    status text not null,
    flags text not null,
    replaces integer references metadata(id) on delete set null,
    position integer,
    created_at text not null
) strict;
create unique index metadata_current on metadata(project_id, key) where status <> 'replaced';

create table rubric_sets (
    id integer primary key,
    metadata_id integer not null references metadata(id) on delete cascade,
    version integer not null,
    origin text not null,
    call_id integer references calls(id) on delete set null,
    created_at text not null,
    unique (metadata_id, version)
) strict;

create table rubrics (
    set_id integer not null references rubric_sets(id) on delete cascade,
    position integer not null,
    rubric text not null,
    action text not null,
    enabled integer not null,
    primary key (set_id, position)
) strict, without rowid;

create table runs (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    settings text not null,
    source text not null,
    state text not null,
    message text not null default '',
    replayed integer not null default 0,
    unbilled_calls integer not null default 0,
    unbilled_tokens integer not null default 0,
    unbilled_usd real not null default 0,
    seconds real not null default 0,
    created_at text not null,
    ended_at text
) strict;
create index runs_project on runs(project_id);

create table run_seeds (
    run_id integer not null references runs(id) on delete cascade,
    position integer not null,
    seed_id integer not null references seeds(id) on delete cascade,
    use_case text,
    skills text,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, position)
) strict, without rowid;

create index run_seeds_seed on run_seeds(seed_id);
create index run_seeds_use_case on run_seeds(use_case);

create table run_metadata (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    metadata_id integer not null references metadata(id) on delete cascade,
    rubric_set_id integer references rubric_sets(id) on delete set null,
    share integer not null,
    primary key (run_id, entry)
) strict, without rowid;

create table batches (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    batch integer not null,
    first_slot integer not null,
    asked integer not null,
    written integer not null,
    primary key (run_id, entry, batch)
) strict, without rowid;

create table instructions (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    iteration integer not null,
    text text not null,
    action text not null default '',
    call_id integer references calls(id) on delete set null,
    primary key (run_id, entry, slot, iteration)
) strict;

create table responses (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    iteration integer not null,
    side text not null,
    text text not null,
    cut integer not null,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, entry, slot, iteration, side)
) strict;

create table judgements (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    iteration integer not null,
    position integer not null,
    strong real not null,
    target real not null,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, entry, slot, iteration, position)
) strict;

create table verdicts (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    iteration integer not null,
    version integer not null,
    outcome text not null,
    strong real,
    target real,
    gap real,
    primary key (run_id, entry, slot, iteration, version)
) strict, without rowid;

create table pairs (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    iteration integer not null,
    metadata_id integer not null references metadata(id) on delete cascade,
    response_from text not null,
    strong_score real,
    target_score real,
    gap real,
    status text not null default 'pending',
    edited integer not null default 0,
    unique (run_id, entry, slot, iteration)
) strict;
create index pairs_queue on pairs(project_id, status, gap);
create index pairs_gap on pairs(project_id, gap);
create index pairs_run on pairs(run_id);

create table reviews (
    id integer primary key,
    pair_id integer not null references pairs(id) on delete cascade,
    decision text not null,
    before text not null,
    reason text not null default '',
    instruction text,
    response text,
    reviewer text not null default '',
    undone integer not null default 0,
    created_at text not null
) strict;
create index reviews_pair on reviews(pair_id);

create table failures (
    id integer primary key,
    project_id integer not null references projects(id) on delete cascade,
    run_id integer references runs(id) on delete cascade,
    step text not null,
    item text not null,
    entry integer,
    slot integer,
    kind text not null,
    message text not null,
    raw text not null default '',
    lost integer not null default 0,
    passing integer not null default 0,
    created_at text not null,
    unique (run_id, step, item)
) strict;
create index failures_chain on failures(run_id, entry, slot);

create table calls (
    id integer primary key,
    key text not null,
    project_id integer references projects(id) on delete cascade,
    run_id integer references runs(id) on delete set null,
    step text not null,
    role text not null,
    item text not null,
    provider text not null,
    endpoint text not null,
    model text not null,
    replicate integer not null,
    prompt text not null,
    reply text not null,
    thinking text not null default '',
    finish text not null,
    usable integer not null,
    error text not null default '',
    discarded integer not null default 0,
    prompt_tokens integer,
    completion_tokens integer,
    cost_usd real,
    latency real not null,
    attempts integer not null,
    served_model text not null default '',
    fingerprint text not null default '',
    left_out text not null default '',
    created_at text not null
) strict;
create unique index calls_usable on calls(key) where usable = 1;
create index calls_unusable on calls(key) where usable = 0;
create index calls_run on calls(run_id, prompt_tokens, completion_tokens, cost_usd);
create index calls_model on calls(endpoint, model);

create table jobs (
    id integer primary key,
    project_id integer references projects(id) on delete cascade,
    run_id integer references runs(id) on delete cascade,
    kind text not null,
    arguments text not null,
    state text not null default 'queued',
    message text not null default '',
    result text,
    stop_wanted integer not null default 0,
    created_at text not null,
    started_at text,
    ended_at text
) strict;
create index jobs_state on jobs(state);

create table workers (
    id integer primary key check (id = 1),
    pid integer not null,
    heartbeat text not null,
    busy integer not null,
    leave integer not null default 0
) strict;
