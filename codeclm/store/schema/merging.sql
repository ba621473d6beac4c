-- An entry that a person has merged into another stays for the runs that used it, and names it.
alter table metadata add column merged_into integer references metadata(id) on delete set null;
create index metadata_merged on metadata(merged_into) where merged_into is not null;
create index metadata_replaced on metadata(project_id, key) where status = 'replaced';
create index metadata_replaces on metadata(replaces) where replaces is not null;
