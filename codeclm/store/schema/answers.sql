-- Who answered the calls a run has paid, and what they took: one row for whatever a server has said
-- it was, kept up with every call, so that neither needs a look at all of them.
create table run_answers (
    run_id integer not null references runs(id) on delete cascade,
    role text not null,
    model text not null,
    served_model text not null,
    fingerprint text not null,
    first integer not null,
    last integer not null,
    calls integer not null,
    prompt_tokens integer not null,
    completion_tokens integer not null,
    priced integer not null,
    cost_usd real not null,
    primary key (run_id, role, model, served_model, fingerprint)
) strict, without rowid;
insert into run_answers
    select run_id, role, model, served_model, fingerprint, min(id), max(id), count(*),
        coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0), count(cost_usd),
        coalesce(sum(cost_usd), 0.0)
    from calls where run_id is not null
    group by run_id, role, model, served_model, fingerprint;
