-- The texts an accepted instruction was most like when it was accepted, best first, as JSON: the
-- ROUGE-L of each with its seed's position or its slot, the other one null. A row for each would be
-- ten times as many rows as instructions.
alter table generated add column alike text;
