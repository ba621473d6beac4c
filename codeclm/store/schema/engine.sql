-- Applying another theta, or another number of iterations, is a new version of a run's verdicts.
alter table runs add column version integer not null default 1;

-- The estimate a run began with, as JSON, to be shown beside what happened.
alter table runs add column estimate text;

-- How many basic instructions a run has been planned to have: a larger number is a new stage, whose
-- batches follow those of the stages before it.
create table run_sizes (
    run_id integer not null references runs(id) on delete cascade,
    stage integer not null,
    size integer not null,
    primary key (run_id, stage)
) strict, without rowid;
insert into run_sizes (run_id, stage, size)
    select run_id, 1, sum(share) from run_metadata group by run_id having sum(share) > 0;

-- What calls may have cost whose bill nobody knows, by role. Older runs did not keep the roles
-- apart: the strong model gets it all, so that caps err to the safe side.
create table run_unbilled (
    run_id integer not null references runs(id) on delete cascade,
    role text not null,
    calls integer not null,
    tokens integer not null,
    usd real not null,
    primary key (run_id, role)
) strict, without rowid;
insert into run_unbilled (run_id, role, calls, tokens, usd)
    select id, 'strong', unbilled_calls, unbilled_tokens, unbilled_usd from runs
    where unbilled_calls > 0 or unbilled_tokens > 0;
alter table runs drop column unbilled_calls;
alter table runs drop column unbilled_tokens;
alter table runs drop column unbilled_usd;

-- A reviewed pair that newer verdicts do not keep stays where the reviewer put it, marked.
alter table pairs add column dropped integer not null default 0;

-- Raw replies that were pruned: what they cost stays, they are not replayed any more.
alter table calls add column pruned integer not null default 0;

-- A run's usage is asked for by role.
drop index calls_run;
create index calls_run on calls(run_id, role, prompt_tokens, completion_tokens, cost_usd);
