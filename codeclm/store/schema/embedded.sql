-- Vectors of texts that were paid for, by the model that gave them and the mark of what was sent:
-- 32-bit floats, little-endian. A table without rowids would put all but the shortest of them on
-- overflow pages, at three times the size.
create table embeddings (
    model text not null,
    mark blob not null,
    vector blob not null,
    primary key (model, mark)
) strict;
