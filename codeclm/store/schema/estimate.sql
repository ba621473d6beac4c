-- An estimate reads a few hundred calls of one step, spread over a run that may have made a million.
create index calls_step on calls(run_id, step, role);
