-- Whether both models answer under the project's brief where it has no system prompt of its own.
alter table projects add column system_prompt_is_brief integer not null default 0;
