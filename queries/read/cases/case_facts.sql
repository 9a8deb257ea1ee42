-- case_facts: one case as its record tells it.
--
-- tick    5s
-- param   case_id       varchar               platform:native id
-- param   known_at      timestamp  = now      as it was known then
-- column  case_id       varchar    platform:native id
-- column  item_id       varchar    the post it is about
-- column  brand         varchar    that of its first public human reply, else the one its record names
-- column  record_brand  varchar    the one its record names
-- column  platform      varchar    where the customer wrote
-- column  channel       varchar    on which way: post, mail, phone, as the source says
-- column  opened_at     timestamp  when it was opened
-- column  customer_id   varchar    who opened it: a pseudonym, unless the source allows identity links
-- column  track         varchar    its track, as its record says
-- column  priority      varchar    its priority, as its record says
-- column  owner         varchar    its owner, as its record says
-- column  unit          varchar    whose case it is
-- column  subject       varchar    what it is about: text, never markup
-- column  url           varchar    where it stands
-- column  is_drill      boolean    an exercise
-- column  source        varchar    the [[source]] that brought it
-- column  known_from_at timestamp  since when it is known like this
-- grain   case_id
SELECT case_id, item_id, brand, record_brand, platform, channel, opened_at, customer_id, track, priority, owner, unit,
       subject, url, is_drill, source, known_from_at
FROM cases
WHERE case_id = $case_id::VARCHAR
  AND known_from_at <= $known_at::TIMESTAMP
  AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
