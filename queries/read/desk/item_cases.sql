-- item_cases: the cases about one post, newest first.
--
-- tick    5s
-- param   item_id    varchar               platform:native id
-- param   now        timestamp  = now      the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now      as it was known then
-- column  case_id    varchar    platform:native id
-- column  brand      varchar    that of its first public human reply, else the one its record names
-- column  opened_at  timestamp  when it was opened
-- column  subject    varchar    what it is about: text, never markup
-- column  url        varchar    where it stands
-- grain   case_id
SELECT case_id, brand, opened_at, subject, url
FROM cases
WHERE item_id = $item_id::VARCHAR
  AND opened_at <= $now::TIMESTAMP
  AND known_from_at <= $known_at::TIMESTAMP
  AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
  AND NOT is_drill
ORDER BY opened_at DESC, case_id
