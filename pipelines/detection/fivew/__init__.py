"""What a 5W sheet says about a person: figures from SQL, each with the query it rests on."""
