"""One query per record type: what a brief holds, in the fields of the records."""
