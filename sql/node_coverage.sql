-- Question  How many owed pairs are there in and below each node, and how many have come, by kind?
-- Asked by  下级的汇总表、未报名单
-- Builds on coverage_pairs, nodes_above
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (node, kind, material): node, kind, material, expected, accepted, on_time, nil_returns,
--           voluntary, corrections (as coverage and corrections have them for the whole)
-- Notes     a unit that is of the campaign no more is the top's
WITH direct AS (
    SELECT COALESCE(cu.node, '/') AS node, u.kind, p.material, MIN(u.position) AS position,
           SUM(p.is_owed) AS expected,
           SUM(p.is_owed * p.is_accepted) AS accepted,
           SUM(p.is_owed * p.on_time) AS on_time,
           SUM(p.is_owed * p.nil_return) AS nil_returns,
           SUM(1 - p.is_owed) AS voluntary,
           SUM(p.corrections) AS corrections
    FROM coverage_pairs AS p
    JOIN units AS u ON u.code = p.unit_code
    LEFT JOIN campaign_units AS cu ON cu.campaign = :campaign AND cu.unit_code = p.unit_code
    GROUP BY COALESCE(cu.node, '/'), u.kind, p.material
)
SELECT a.above AS node, d.kind, d.material,
       SUM(d.expected) AS expected, SUM(d.accepted) AS accepted, SUM(d.on_time) AS on_time,
       SUM(d.nil_returns) AS nil_returns, SUM(d.voluntary) AS voluntary, SUM(d.corrections) AS corrections
FROM direct AS d
JOIN nodes_above AS a ON a.node = d.node
GROUP BY a.above, d.kind, d.material
ORDER BY a.above, MIN(d.position), d.material DESC
