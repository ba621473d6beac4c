-- What the compared methods draw and drop: nothing that a model wrote for them disappears.

-- The seed that a chain begins with, where it begins with one.
create table started (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    seed_id integer not null references seeds(id) on delete cascade,
    primary key (run_id, entry, slot)
) strict, without rowid;
create index started_seed on started(seed_id);

-- Everything that the prompts of a pool gave, in the order it is looked at: place is the prompt's,
-- position the instruction's in its reply. Of what was looked at, the accepted has a slot and the
-- rest a row in drops; what is left over once a run is large enough waits until it grows.
create table generated (
    run_id integer not null references runs(id) on delete cascade,
    place integer not null,
    position integer not null,
    text text not null,
    looked_at integer not null default 0,
    slot integer,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, place, position)
) strict, without rowid;

-- What each round made of a chain's instruction, with what is known of it so far. The rule is null
-- while that is open, empty when it survived as an iteration of the chain.
create table evolutions (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    round integer not null,
    action text not null,
    text text not null,
    gains integer,
    response text,
    cut integer,
    rule text,
    call_id integer references calls(id) on delete set null,
    gain_call_id integer references calls(id) on delete set null,
    response_call_id integer references calls(id) on delete set null,
    primary key (run_id, entry, slot, round)
) strict, without rowid;

-- What a response is worth on a dimension, and why, kept or not.
create table ratings (
    run_id integer not null references runs(id) on delete cascade,
    entry integer not null,
    slot integer not null,
    iteration integer not null,
    dimension text not null,
    score real not null,
    explanation text not null,
    call_id integer references calls(id) on delete set null,
    primary key (run_id, entry, slot, iteration)
) strict, without rowid;

-- Everything that a rule of a strategy has dropped. The item is its place in the plan; entry and
-- slot are those of its chain, which goes on without it, if it is of one. The score is what the
-- rule went by, if it goes by one.
create table drops (
    id integer primary key,
    run_id integer not null references runs(id) on delete cascade,
    step text not null,
    item text not null,
    entry integer,
    slot integer,
    rule text not null,
    text text not null,
    score real,
    explanation text not null default '',
    call_id integer references calls(id) on delete set null,
    unique (run_id, step, item)
) strict;
create index drops_rule on drops(run_id, rule);
create index drops_chain on drops(run_id, entry, slot);

-- The texts that a dropped one was most like, best first: seeds by their position in the run's plan,
-- accepted instructions by their slot.
create table neighbours (
    drop_id integer not null references drops(id) on delete cascade,
    rank integer not null,
    score real not null,
    seed integer,
    slot integer,
    primary key (drop_id, rank)
) strict, without rowid;
