"""Several sites of one host: the sitemap that they have in common leads to the pages of each."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer, Context
from crawlers.web.finding import folder, map_ask, read_map

HOST = "https://host.example"
AT = datetime(2026, 11, 22, tzinfo=UTC)


def read(sites, pages, first):
    ask = map_ask(f"{HOST}/sitemap.xml", first, 0, "sitemap", payload={"told": "Carnet"})
    listed = "".join(f"<url><loc>{page}</loc></url>" for page in pages)
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
    answer = Answer(ask.url, "sitemap", ask.payload, 200, {"content-type": "application/xml"}, body, 0, AT)
    return read_map(answer, Context(options={"sites": sites}, notes={f"site {HOST}/b/": "Blog B"}))


def test_each_page_belongs_to_the_site_it_lies_under():
    batch = read([f"{HOST}/a", f"{HOST}/b/"], [f"{HOST}/a/1", f"{HOST}/b/2", f"{HOST}/c/3"], f"{HOST}/a/")
    told = {ask.url: (ask.payload["site"], ask.payload["told"]) for ask in batch.asks}
    assert told == {f"{HOST}/a/1": (f"{HOST}/a/", "Carnet"), f"{HOST}/b/2": (f"{HOST}/b/", "Blog B")}


def test_a_site_within_another_has_its_own_pages():
    batch = read([HOST, f"{HOST}/b"], [f"{HOST}/1", f"{HOST}/b/2"], f"{HOST}/")
    assert {ask.url: ask.payload["site"] for ask in batch.asks} == {
        f"{HOST}/1": f"{HOST}/",
        f"{HOST}/b/2": f"{HOST}/b/",
    }


def test_sites_of_other_hosts_have_no_part_in_it():
    batch = read([f"{HOST}/a", "https://other.example"], [f"{HOST}/a/1", "https://other.example/2"], f"{HOST}/a/")
    assert [ask.url for ask in batch.asks] == [f"{HOST}/a/1"]


@given(
    st.lists(st.sampled_from(["a", "b", "c", "a/b"]), unique=True, min_size=1), st.lists(st.integers(0, 9), unique=True)
)
def test_no_page_is_asked_for_twice_whatever_sites_are_listed(names, numbers):
    pages = [f"{HOST}/{place}/{number}" for number in numbers for place in ("a", "b", "a/b", "d")]
    urls = [ask.url for ask in read([f"{HOST}/{name}" for name in names], pages, f"{HOST}/{names[0]}/").asks]
    assert len(urls) == len(set(urls))
    assert set(urls) == {page for page in pages if any(page.startswith(f"{HOST}/{name}/") for name in names)}


def test_a_file_is_no_folder():
    assert [folder(one) for one in (f"{HOST}/a", f"{HOST}/blog.html")] == [
        f"{HOST}/a/", f"{HOST}/blog.html",
    ]  # fmt: skip
