-- Question  Until when may each unit be late with what it owes?
-- Asked by  回执; sql/missing.sql
-- Takes     campaign (id)
-- Gives     a row an owed pair that was extended: unit_code, material, extended_at (the new deadline; where
--           several were granted for one pair, the one granted last)
SELECT unit_code, material, extended_at
FROM (SELECT o.unit_code, o.material, d.until_at AS extended_at,
             ROW_NUMBER() OVER (PARTITION BY o.unit_code, o.material ORDER BY d.id DESC) AS newest_first
      FROM owed AS o
      JOIN decisions AS d ON d.campaign = o.campaign AND d.unit_code = o.unit_code AND d.kind = 'extend'
                         AND COALESCE(d.material, o.material) = o.material
      WHERE o.campaign = :campaign) AS granted
WHERE newest_first = 1
ORDER BY unit_code, material
