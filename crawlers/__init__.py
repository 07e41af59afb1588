"""Public pages and APIs → records: one Scrapy subprocess per crawl, one SQLite file per brief."""
