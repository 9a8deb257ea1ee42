-- trim_inbox: deliveries that came before an instant; the last one of a source leaves its number, for the next to count on.
UPDATE inbox SET body = ''::BLOB
WHERE received_at < $before::TIMESTAMP AND octet_length(body) > 0
  AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR)
  AND number = (SELECT max(later.number) FROM inbox AS later WHERE later.source = inbox.source);
DELETE FROM inbox
WHERE received_at < $before::TIMESTAMP
  AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR)
  AND number < (SELECT max(later.number) FROM inbox AS later WHERE later.source = inbox.source);
