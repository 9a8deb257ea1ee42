-- Who is where: stretches of a site, the hand-overs at their ends, and whose site a person is of. All is as known at
-- `seen_at`; who is on call is not at work.

-- agent_shifts: each shift once for each person it names, those on call among them.
-- Columns: agent, site, starts_at, ends_at, is_on_call.
CREATE OR REPLACE MACRO memory.agent_shifts(seen_at) AS TABLE
    SELECT unnest(agents) AS agent, site, starts_at, ends_at, is_on_call IS TRUE AS is_on_call
    FROM warehouse.shifts
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at) AND ends_at > starts_at;

-- site_stretches: the shifts of a site, merged where they touch or overlap. Columns: site, opens_at, closes_at.
CREATE OR REPLACE MACRO memory.site_stretches(seen_at) AS TABLE
WITH longest AS (
    SELECT site, starts_at, max(ends_at) AS ends_at
    FROM warehouse.shifts
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
      AND heads > 0 AND ends_at > starts_at AND is_on_call IS NOT TRUE
    GROUP BY site, starts_at
),
marked AS (
    SELECT site, starts_at, ends_at,
           coalesce(starts_at > max(ends_at) OVER (PARTITION BY site ORDER BY starts_at
                                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS is_first
    FROM longest
),
numbered AS (
    SELECT site, starts_at, ends_at,
           sum(is_first::BIGINT) OVER (PARTITION BY site ORDER BY starts_at ROWS UNBOUNDED PRECEDING) AS stretch
    FROM marked
)
SELECT site, min(starts_at) AS opens_at, max(ends_at) AS closes_at
FROM numbered
GROUP BY site, stretch;

-- hand_overs: the end of each stretch from `first_at` until before `last_at`, and who has the watch then: another site
-- that is on at that instant, of several the one that stays longest; else the next stretch that begins, which may be
-- the site's own next one. Columns: handover_at, from_site, to_site, opens_at (when to_site's stretch begins),
-- overlap_seconds (for so long both are there; below 0, nobody is). The last three are NULL where no shift follows.
CREATE OR REPLACE MACRO memory.hand_overs(first_at, last_at, seen_at) AS TABLE
WITH stretches AS MATERIALIZED (
    SELECT site, opens_at, closes_at FROM memory.site_stretches(seen_at)
),
ending AS MATERIALIZED (
    SELECT site, opens_at, closes_at FROM stretches WHERE closes_at >= first_at AND closes_at < last_at
),
taking AS (
    SELECT ending.site AS from_site, ending.closes_at AS handover_at, other.site, other.opens_at
    FROM ending JOIN stretches AS other ON other.opens_at <= ending.closes_at AND other.closes_at > ending.closes_at
    WHERE other.site <> ending.site
    QUALIFY row_number() OVER (PARTITION BY ending.site, ending.closes_at ORDER BY other.closes_at DESC, other.site) = 1
),
openings AS (
    SELECT site, opens_at
    FROM stretches
    WHERE opens_at > first_at
    QUALIFY row_number() OVER (PARTITION BY opens_at ORDER BY closes_at DESC, site) = 1
),
coming AS (
    SELECT ending.site AS from_site, ending.closes_at AS handover_at, ending.opens_at AS began_at,
           openings.site, openings.opens_at
    FROM ending ASOF LEFT JOIN openings ON ending.closes_at < openings.opens_at
)
SELECT handover_at, from_site,
       coalesce(taking.site, coming.site) AS to_site,
       coalesce(taking.opens_at, coming.opens_at) AS opens_at,
       CASE WHEN taking.site IS NOT NULL THEN epoch(handover_at - greatest(taking.opens_at, began_at))
            ELSE epoch(handover_at - coming.opens_at) END::BIGINT AS overlap_seconds
FROM coming LEFT JOIN taking USING (handover_at, from_site);

-- agent_homes: from when on somebody is of which site, for an ASOF join: that of the shift they are on, of several the
-- one that lasts longest; else of the shift that is nearest in time. Being on call counts only for who has no shifts.
-- Columns: agent, site, from_at.
CREATE OR REPLACE MACRO memory.agent_homes(seen_at) AS TABLE
WITH listed AS MATERIALIZED (
    SELECT agent, site, starts_at, ends_at, is_on_call FROM memory.agent_shifts(seen_at)
),
working AS (
    SELECT DISTINCT agent FROM listed WHERE NOT is_on_call
),
named AS MATERIALIZED (
    SELECT agent, site, starts_at, ends_at
    FROM listed LEFT JOIN working USING (agent)
    WHERE NOT is_on_call OR working.agent IS NULL
),
settled AS (
    SELECT agent, any_value(site) AS site FROM named GROUP BY agent HAVING min(site) = max(site)
),
reached AS (
    SELECT agent, starts_at,
           row_number() OVER so_far AS number,
           arg_max(site, row(ends_at, site)) OVER so_far AS site,
           max(ends_at) OVER (PARTITION BY agent ORDER BY starts_at, ends_at, site
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_at
    FROM named ANTI JOIN settled USING (agent)
    WINDOW so_far AS (PARTITION BY agent ORDER BY starts_at, ends_at, site ROWS UNBOUNDED PRECEDING)
)
SELECT agent, site, TIMESTAMP '0001-01-01' AS from_at FROM settled
UNION ALL
SELECT agent, site,
       CASE WHEN before_at IS NULL THEN TIMESTAMP '0001-01-01'
            WHEN before_at < starts_at THEN make_timestamp((epoch_us(before_at) + epoch_us(starts_at)) // 2)
            ELSE starts_at END AS from_at
FROM reached
QUALIFY row_number() OVER (PARTITION BY agent, from_at ORDER BY number DESC) = 1;

-- team_sites: of which site a team is, as a care desk may write it, in small letters: "berlin", "care berlin" or
-- "berlin care" of a site Berlin with a team care; or "care" alone, where one site only has that team. Columns: word,
-- site.
CREATE OR REPLACE MACRO memory.team_sites(seen_at) AS TABLE
WITH teams AS (
    SELECT DISTINCT lower(site) AS place, lower(team) AS team, site
    FROM warehouse.shifts
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
),
spellings AS (
    SELECT unnest([place, concat(team, ' ', place), concat(place, ' ', team), team]) AS word,
           unnest([1, 1, 1, 2]) AS rank, site
    FROM teams
)
SELECT word, any_value(site) AS site
FROM (SELECT word, site FROM spellings QUALIFY rank = min(rank) OVER (PARTITION BY word))
GROUP BY word
HAVING count(DISTINCT site) = 1;

-- actor_homes: the site of those of `persons` (a list) whom no shift names, by the team their newest event until
-- `asof_at` tells. Columns: actor, site.
CREATE OR REPLACE MACRO memory.actor_homes(persons, asof_at, seen_at) AS TABLE
WITH wanted AS (
    SELECT DISTINCT unnest(persons) AS actor
    EXCEPT
    SELECT agent FROM memory.agent_shifts(seen_at)
),
newest AS (
    SELECT actor, arg_max(team, row(happened_at, event_key)) AS team
    FROM warehouse.case_events SEMI JOIN wanted USING (actor)
    WHERE team IS NOT NULL AND actor_kind = 'human' AND happened_at <= asof_at AND known_from_at <= seen_at
      AND NOT is_drill
    GROUP BY actor
)
SELECT actor, site FROM newest JOIN memory.team_sites(seen_at) ON word = lower(trim(newest.team));

-- last_drill: when the newest post or case event of a drill was, until `asof_at`. One row; last_at is NULL for none.
CREATE OR REPLACE MACRO memory.last_drill(asof_at, seen_at) AS TABLE
    SELECT max(drilled_at) AS last_at
    FROM (SELECT max(published_at) AS drilled_at
          FROM warehouse.mentions
          WHERE is_drill AND published_at <= asof_at
            AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
          UNION ALL
          SELECT max(happened_at)
          FROM warehouse.case_events
          WHERE is_drill AND happened_at <= asof_at AND known_from_at <= seen_at);
