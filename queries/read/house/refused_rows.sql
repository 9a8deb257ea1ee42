-- refused_rows: what could not be taken and why, by source and reason.
--
-- tick    5s
-- param   source          varchar  = ""  of this [[source]]; empty means all
-- param   reason          varchar  = ""  refused for this reason; empty means all
-- column  source          varchar    the [[source]]
-- column  reason          varchar    a short fixed code
-- column  sentence        varchar    the newest of these, in words, with the repair
-- column  refused_count   bigint     rows
-- column  field           varchar    the field of ours the newest could not fill; unknown when it is none in particular
-- column  last_file       varchar    the file of the newest
-- column  last_line       bigint     its line, from 1
-- column  last_refused_at timestamp  when it was refused
-- grain   source, reason
SELECT source, reason,
       arg_max(sentence, refused_at) AS sentence,
       count(*)::BIGINT AS refused_count,
       arg_max(field, refused_at) AS field,
       arg_max(file, refused_at) AS last_file,
       arg_max(line, refused_at) AS last_line,
       max(refused_at) AS last_refused_at
FROM refused_rows
WHERE ($source::VARCHAR = '' OR source = $source::VARCHAR) AND ($reason::VARCHAR = '' OR reason = $reason::VARCHAR)
GROUP BY source, reason
ORDER BY source, refused_count DESC, reason
