-- What people do to a pair besides deciding: swap to the other response, tag, note. As decisions,
-- these are rows of reviews; what stands of them is kept with the pair, to be filtered by.
alter table pairs add column swapped integer not null default 0;
alter table pairs add column note text not null default '';
create table pair_tags (
    pair_id integer not null references pairs(id) on delete cascade,
    tag text not null,
    primary key (pair_id, tag)
) strict, without rowid;
create index pair_tags_tag on pair_tags(tag);

-- Reviews with one batch were done in one go, and are taken back in one go. A review that was taken
-- back (undone = 1) can be done again until its reviewer does something else (undone = 2).
alter table reviews add column batch integer;
alter table reviews add column blind integer not null default 0;
update reviews set undone = 2 where undone = 1;
create index reviews_of_reviewer on reviews(reviewer, undone);
create index reviews_batch on reviews(batch) where batch is not null;
drop index reviews_pair;
create index reviews_pair on reviews(pair_id, undone);

-- Characters of a pair's instruction and response, as the models wrote them.
alter table pairs add column length integer not null default 0;
update pairs set length = coalesce((select length(text) from instructions as i
        where i.run_id = pairs.run_id and i.entry = pairs.entry and i.slot = pairs.slot
        and i.iteration = pairs.iteration), 0)
    + coalesce((select length(text) from responses as r
        where r.run_id = pairs.run_id and r.entry = pairs.entry and r.slot = pairs.slot
        and r.iteration = pairs.iteration and r.side = pairs.response_from), 0);
create index pairs_length on pairs(project_id, length);
-- A project's pairs in the order they lie in.
create index pairs_plan on pairs(project_id, run_id, entry, slot);

-- Who has a pair on screen, and until when nobody else gets it.
create table claims (
    pair_id integer primary key references pairs(id) on delete cascade,
    reviewer text not null,
    until real not null
) strict;

-- A project's own reasons for a reject.
create table reasons (
    project_id integer not null references projects(id) on delete cascade,
    position integer not null,
    reason text not null,
    primary key (project_id, position)
) strict, without rowid;

-- Failures that somebody has looked at and wants to see no more; they count as before.
alter table failures add column dismissed integer not null default 0;
