-- Question  How often was something accepted for a pair that had been accepted before (更正), by kind?
-- Asked by  汇总表·报送情况
-- Builds on covers
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (kind, material) with corrections: kind, material, corrections
-- Notes     a document that is both corrects each of the two; what was returned corrects nothing
SELECT u.kind, again.material, SUM(again.times) AS corrections
FROM (SELECT s.unit_code, c.covered AS material, COUNT(*) - 1 AS times
      FROM submissions AS s
      JOIN covers AS c ON c.material = s.material
      WHERE s.campaign = :campaign AND s.verdict = 'accepted' AND s.received_at <= :as_of
      GROUP BY s.unit_code, c.covered
      HAVING COUNT(*) > 1) AS again
JOIN units AS u ON u.code = again.unit_code
GROUP BY u.kind, again.material
ORDER BY MIN(u.position), again.material DESC
