-- Calls on their way, by role, each at the most it can come to: what a killed process leaves here
-- may have been billed.
create table run_reserved (
    run_id integer not null references runs(id) on delete cascade,
    role text not null,
    calls integer not null,
    tokens integer not null,
    usd real not null,
    primary key (run_id, role)
) strict, without rowid;
