"""The machine of a crawl: what to send next and what to make of each answer, and Scrapy to carry it."""
