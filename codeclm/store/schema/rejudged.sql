-- The pairs a run is planned to judge again, in the order it asks for them, each with the mean gap
-- of those of its samples that are whole, so that a look at many pairs need not average them all.
create table run_pairs (
    run_id integer not null references runs(id) on delete cascade,
    position integer not null,
    pair_id integer not null references pairs(id) on delete cascade,
    gap real,
    primary key (run_id, position)
) strict, without rowid;
create index run_pairs_pair on run_pairs(pair_id);

-- What a judge said when it was asked again: scores of one order of one sample, beside the first
-- judge's, which stay as they are.
create table opinions (
    run_id integer not null references runs(id) on delete cascade,
    pair_id integer not null references pairs(id) on delete cascade,
    sample integer not null,
    position integer not null,
    strong real not null,
    target real not null,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, pair_id, sample, position)
) strict, without rowid;
create index opinions_pair on opinions(pair_id);
