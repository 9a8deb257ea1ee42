-- count_erased: how many current mentions the staged deletions take away, and whether any answer, also to what was
-- known earlier, changes by them.
SELECT (SELECT count(*) FROM mentions JOIN erasure USING (item_key)
        WHERE mentions.known_until_at IS NULL
          AND coalesce(mentions.updated_at, mentions.published_at) <= erasure.deleted_at),
       EXISTS (FROM mentions JOIN erasure USING (item_key)
               WHERE (mentions.text IS NOT NULL OR mentions.known_until_at IS NULL)
                 AND coalesce(mentions.updated_at, mentions.published_at) <= erasure.deleted_at)
       OR EXISTS (FROM case_events JOIN erasure USING (item_key)
                  WHERE happened_at <= deleted_at AND (text IS NOT NULL OR actor_kind = 'customer' AND actor IS NOT NULL))
       OR EXISTS (FROM cases JOIN erasure USING (item_key)
                  WHERE opened_at <= deleted_at AND coalesce(subject, customer_id, url) IS NOT NULL)
