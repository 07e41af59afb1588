"""The queries of the 5W sheet; each reads `member` and `post` of posts_of_persons.sql."""
