"""Scrapy's settings for a crawl: its own retries, redirects, robots and consoles are off; ours do their work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawlers.job import CrawlJob

OFF = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
}
SPIDER_OFF = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}


def scrapy_settings(job: CrawlJob, agent: str) -> dict[str, Any]:
    """Return the settings of one crawl."""
    speed = job.speed
    return {
        "USER_AGENT": agent,
        "SCHEDULER": "crawlers.engine.scheduler.EmptyScheduler",
        "DOWNLOADER": "crawlers.engine.downloader.PoliteDownloader",
        "TWISTED_DNS_RESOLVER": "crawlers.engine.resolver.GuardedResolver",
        "VIGIE_ALLOW_PRIVATE_HOSTS": list(job.allow_private_hosts),
        "DOWNLOAD_HANDLERS": dict.fromkeys(("ws", "wss"), "crawlers.engine.relay.RelayHandler"),
        "DOWNLOADER_MIDDLEWARES": OFF,
        "SPIDER_MIDDLEWARES": SPIDER_OFF,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "CONCURRENT_REQUESTS": speed.total,
        "CONCURRENT_REQUESTS_PER_DOMAIN": max(speed.local_connections, speed.connections),
        "DOWNLOAD_DELAY": 0,  # the frontier keeps the delays
        "DOWNLOAD_TIMEOUT": speed.timeout,
        "DOWNLOAD_MAXSIZE": speed.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DNS_TIMEOUT": min(speed.timeout, 20),
        "DNSCACHE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "LOG_LEVEL": "INFO",
        "LOGSTATS_INTERVAL": 0,
        "MEMUSAGE_ENABLED": False,
        "REACTOR_THREADPOOL_MAXSIZE": 16,
    }
