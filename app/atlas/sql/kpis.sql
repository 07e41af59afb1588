-- What was counted for one campaign: the last figure of each person and KPI, summed.
SELECT family, kpi, sum(value) AS value, count(DISTINCT person_id) AS people, max(counted_at) AS counted_at
FROM (
    SELECT family, kpi, person_id, value, counted_at FROM execution.kpi_values WHERE campaign = $campaign
    QUALIFY row_number() OVER (PARTITION BY kpi, person_id, key ORDER BY counted_at DESC, id DESC) = 1
)
GROUP BY family, kpi
ORDER BY list_position(['social', 'digital', 'business'], family), kpi
