-- Every row that names a person who objected.
DELETE FROM records WHERE instr(payload, :name) OR instr(uid, :name);
DELETE FROM requests WHERE instr(url, :name) OR instr(payload, :name) OR instr(coalesce(why, ''), :name) OR account = :name;
DELETE FROM seen WHERE instr(uid, :name);
DELETE FROM ways WHERE instr(uid, :name);
DELETE FROM marks WHERE instr(name, :name);
DELETE FROM notes WHERE instr(name, :name) OR instr(value, :name);
DELETE FROM consents WHERE account_id = :name;
DELETE FROM served WHERE account = :name;
DELETE FROM troubles WHERE instr(coalesce(detail, ''), :name);
DELETE FROM people WHERE instr(who, :name);
DELETE FROM names WHERE instr(name, :name) OR instr(who, :name);
