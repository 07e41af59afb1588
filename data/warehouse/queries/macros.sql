-- How a cell from outside becomes a value: empty is unknown, integral floats are integers, times without a zone are UTC.
CREATE OR REPLACE TEMP MACRO given(x) AS nullif(trim(x, E' \t\r\n'), '');

CREATE OR REPLACE TEMP MACRO clean(x) AS given(regexp_replace(x, '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]', '', 'g'));

CREATE OR REPLACE TEMP MACRO whole(x) AS
    CASE WHEN TRY_CAST(x AS DOUBLE) BETWEEN 0 AND 9e15 AND TRY_CAST(x AS DOUBLE) = floor(TRY_CAST(x AS DOUBLE))
         THEN CAST(TRY_CAST(x AS DOUBLE) AS BIGINT) END;

-- A hidden figure (-1) is unknown; anything else that is no whole number is a fault.
CREATE OR REPLACE TEMP MACRO not_whole(x) AS
    given(x) IS NOT NULL AND whole(x) IS NULL AND coalesce(TRY_CAST(x AS DOUBLE), 1) >= 0;

CREATE OR REPLACE TEMP MACRO whole_signed(x) AS
    CASE WHEN TRY_CAST(x AS DOUBLE) BETWEEN -9e15 AND 9e15 AND TRY_CAST(x AS DOUBLE) = floor(TRY_CAST(x AS DOUBLE))
         THEN CAST(TRY_CAST(x AS DOUBLE) AS BIGINT) END;

-- Seconds or milliseconds since 1970, or a written time.
CREATE OR REPLACE TEMP MACRO any_moment(x) AS
    CASE WHEN regexp_full_match(given(x), '\d{9,10}(\.\d+)?') THEN to_timestamp(TRY_CAST(x AS DOUBLE))
         WHEN regexp_full_match(given(x), '\d{13}') THEN to_timestamp(TRY_CAST(x AS DOUBLE) / 1000)
         WHEN TRY_CAST(x AS TIMESTAMPTZ) >= TIMESTAMPTZ '1980-01-01 00:00:00+00' THEN TRY_CAST(x AS TIMESTAMPTZ) END;

-- A time of our age; any other is none.
CREATE OR REPLACE TEMP MACRO moment(x) AS
    CASE WHEN any_moment(x) <= TIMESTAMPTZ '2100-01-01 00:00:00+00' THEN any_moment(x) END;

CREATE OR REPLACE TEMP MACRO truth(x) AS
    CASE WHEN lower(given(x)) IN ('true', '1', '1.0', 't', 'yes', 'oui', 'vrai') THEN true
         WHEN lower(given(x)) IN ('false', '0', '0.0', 'f', 'no', 'non', 'faux') THEN false END;

-- Each value once, in an order that does not change from one load to the next.
CREATE OR REPLACE TEMP MACRO uniq(l) AS list_sort(list_distinct(l));

-- Several values in one cell: a JSON array, else words with spaces between.
CREATE OR REPLACE TEMP MACRO several(x) AS
    CASE WHEN given(x) IS NULL THEN NULL
         WHEN starts_with(given(x), '[') AND TRY(from_json(x, '["VARCHAR"]')) IS NOT NULL
         THEN uniq(list_filter(from_json(x, '["VARCHAR"]'), lambda v: v IS NOT NULL AND v <> ''))
         ELSE uniq(list_filter(regexp_split_to_array(given(x), '\s+'), lambda v: v <> '')) END;

-- An account or post that is the same everywhere needs no name of a source before its id: `bluesky:did:plc:x` is `at:did:plc:x`.
CREATE OR REPLACE TEMP MACRO one_identity(id) AS
    CASE WHEN starts_with(id, 'bluesky:did:') THEN 'at:' || substr(id, 9)
         WHEN starts_with(id, 'bluesky:at://did:') THEN 'at:' || substr(id, 14) ELSE id END;

-- A reference to another record: an id of the house as it is, a native one behind its source; 9890.0 stands for 9890.
CREATE OR REPLACE TEMP MACRO ref(source, x, own) AS
    CASE WHEN given(x) IS NULL THEN NULL
         WHEN own OR starts_with(x, source || ':')
              OR regexp_matches(x, '^(ap:https?:|at:did:|web:https?:|feed:https?:|(nostr|hn|discourse|yt|reddit|podcast|forem|se|twitch):)')
         THEN one_identity(given(x))
         ELSE one_identity(source || ':' || regexp_replace(given(x), '^(\d+)\.0$', '\1')) END;

-- Of two words on one field, the one from the later edit; a word that is unknown yields to the other.
CREATE OR REPLACE TEMP MACRO latest_word(edited, word, known_edited, known) AS
    CASE WHEN known_edited IS NULL OR edited >= known_edited THEN coalesce(word, known) ELSE coalesce(known, word) END;

-- `extra` is a JSON object wherever it comes from: another value, or a text that is no JSON, becomes its only member.
CREATE OR REPLACE TEMP MACRO as_object(said) AS CASE
    WHEN given(said) IS NULL THEN NULL
    WHEN NOT json_valid(said) THEN json_object('extra', said)::VARCHAR
    WHEN json_type(said) = 'OBJECT' THEN said
    WHEN json_type(said) = 'NULL' THEN NULL
    ELSE json_object('extra', said::JSON)::VARCHAR
END;

-- What a record called extra, and its fields of unknown names: both are kept.
CREATE OR REPLACE TEMP MACRO together(said, unnamed) AS CASE
    WHEN said IS NULL THEN unnamed WHEN unnamed IS NULL THEN said ELSE json_merge_patch(unnamed, said)::VARCHAR
END;
