-- How: what was agreed with a person (pay and gifts, in euros), newest first, and what they received in the year of the sheet.
SELECT m.person_id, 'agreed' AS kind, campaign, advertiser, objective, pay_cents / 100 AS pay, gift_cents / 100 AS gift,
    coalesce(signed_at, r.recorded_at) AS noted_at
FROM relation.agreements r JOIN member m USING (account_id)
WHERE coalesce(pay_cents, gift_cents) IS NOT NULL
UNION ALL
SELECT m.person_id, 'received', NULL, advertiser, objective, sum(amount_cents) FILTER (kind = 'pay') / 100,
    sum(amount_cents) FILTER (kind = 'gift') / 100, max(happened_at)
FROM relation.payments r JOIN member m USING (account_id)
WHERE year(happened_at) = year($as_of)
GROUP BY m.person_id, advertiser, objective
ORDER BY person_id, kind, noted_at DESC, campaign, advertiser
