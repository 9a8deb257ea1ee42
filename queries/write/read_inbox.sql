-- read_inbox: deliveries behind a number, in order: at least one, and no more than fit into so many bytes.
SELECT number, delivery_id, received_at, headers, body
FROM inbox
WHERE source = $source::VARCHAR AND number > $after::BIGINT
QUALIFY row_number() OVER (ORDER BY number) = 1 OR sum(octet_length(body)) OVER (ORDER BY number) <= $bytes::BIGINT
ORDER BY number
LIMIT $most::BIGINT
