-- refused_detail: rows that could not be taken, one by one, whole, the newest first.
--
-- tick    5s
-- param   source       varchar  = ""  of this [[source]]; empty means all
-- param   reason       varchar  = ""  refused for this reason; empty means all
-- param   limit        bigint   = 20  at most so many, 1 to 1000
-- column  source       varchar    the [[source]]
-- column  reason       varchar    a short fixed code
-- column  field        varchar    the field of ours that could not be filled; unknown when it is none in particular
-- column  sentence     varchar    what is wrong, and how to repair it
-- column  file         varchar    the file it stood in
-- column  line         bigint     its line, from 1
-- column  native_id    varchar    its id, where that much could be read
-- column  raw          varchar    the row as it came: text, never markup
-- column  refused_at   timestamp  when it was refused
-- column  refusal_key  varchar    the refusal's own number, as text: it has more digits than a browser's numbers
-- grain   refusal_key
SELECT source, reason, field, sentence, file, line, native_id, raw, refused_at,
       refused_rows.refusal_key::VARCHAR AS refusal_key
FROM refused_rows
WHERE ($source::VARCHAR = '' OR source = $source::VARCHAR)
  AND ($reason::VARCHAR = '' OR reason = $reason::VARCHAR)
ORDER BY refused_at DESC, source, file, line, refused_rows.refusal_key
LIMIT least(greatest($limit::BIGINT, 1), 1000)
