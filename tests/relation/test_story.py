"""From a discovery to the final report, told through the commands alone: the whole of phases II and III."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.cli import run
from data.warehouse.store import connect

pytestmark = pytest.mark.long

PDFTOTEXT = shutil.which("pdftotext")
"""Where it is installed, the words of a PDF are read as well."""
SECTIONS = (
    "audience",
    "editorial",
    "role",
    "others",
    "message",
    "freedom",
    "musts",
    "forbidden",
    "validation",
    "rights",
    "contact",
)


class Team:
    """Runs commands in one workspace and reads what they say."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys

    def do(self, *words: object, status: int = 0, lang: str = "en") -> str:
        self.capsys.readouterr()
        assert run([*map(str, words), "--workspace", str(self.root), "--lang", lang]) == status, (
            self.capsys.readouterr()
        )
        out = self.capsys.readouterr()
        self.noted = out.err
        return out.out

    def ask(self, *words: object) -> object:
        return json.loads(self.do(*words, "--json"))

    def query(self, sql: str) -> list[tuple]:
        connection = connect(self.root / "vigie.duckdb", read_only=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture
def team(discovered: Path, tmp_path: Path, capsys) -> Team:
    root = tmp_path / "team"
    shutil.copytree(discovered, root)
    return Team(root, capsys)


def partners(team: Team) -> list[tuple[str, datetime]]:
    """Accounts whose posts speak of the brand, most recent first, with the date of that post."""
    return team.query(
        "SELECT p.account_id, max(p.published_at) FROM (SELECT unnest(posts) AS post_id FROM detection.relations_latest"
        " WHERE counterpart_kind = 'brand') r JOIN core.posts p USING (post_id) JOIN detection.candidates_latest c USING (account_id)"
        " WHERE p.kind = 'post' AND c.account_id NOT IN (SELECT account_id FROM core.accounts WHERE handle LIKE 'brulerie%')"
        " GROUP BY 1 ORDER BY 2 DESC"
    )


def test_from_a_list_to_a_relationship_to_a_result(team, tmp_path):
    loyal = partners(team)
    top = [row["account_id"] for row in team.ask("rank", "cafe", "--top", "60")]
    everyone = list(dict.fromkeys([account for account, _ in loyal[:4]] + top))
    names = {
        row[0]
        for row in team.query(
            "SELECT account_id FROM core.accounts WHERE handle LIKE 'brulerie%' OR handle LIKE 'torrefactionnord%' OR handle LIKE 'maisonarabica%'"
        )
    }
    shortlist = [account for account in everyone if account not in names][:12]
    accepted = shortlist[:5]
    day = loyal[0][1]
    _decide(team, shortlist, accepted)
    _programmes(team, accepted)
    _touch(team, accepted, day)
    _look(team, tmp_path)
    _prepare(team, accepted, loyal, tmp_path)
    _pay(team, accepted)
    _measure(team, accepted, day, tmp_path)
    _follow(team, accepted)
    _someone_objects(team, accepted[0])


def opened(path: Path) -> str:
    """What a reader of the format sees in the file."""
    if path.suffix in (".md", ".html"):
        return path.read_text("utf-8")
    if path.suffix == ".pdf":
        assert path.read_bytes().startswith(b"%PDF")
        pages = (
            subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=False) if PDFTOTEXT else None
        )
        return pages.stdout if pages else "Résultat Result"
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    return " ".join(
        archive.read(name).decode("utf-8", "ignore") for name in archive.namelist() if name.endswith(".xml")
    )


def _decide(team: Team, shortlist: list[str], accepted: list[str]) -> None:
    """Step 5: twelve shortlisted, five accepted."""
    for account in shortlist:
        team.do("relate", "decide", "cafe", account, "shortlist", "--why", "écrit sur le sujet", "--who", "ana")
    compared = team.ask("relate", "compare", "cafe")
    assert len(compared) == 12
    assert {"influence", "proximity", "shared_with_others"} <= set(compared[0])
    proposed = team.ask("relate", "portfolio", "cafe", "--budget", "2000", "--cost", "400")
    assert proposed["cost"] <= 200_000
    assert proposed["gap"] == 0
    for account in accepted:
        team.do("relate", "decide", "cafe", account, "accept", "--why", "complète les autres", "--who", "ana")
    team.do("relate", "decide", "cafe", shortlist[11], "refuse", "--why", "concurrent", "--who", "ana")
    team.do("relate", "draft", "cafe", shortlist[11], status=2)


def _programmes(team: Team, accepted: list[str]) -> None:
    """Two programmes of two departments."""
    team.do("relate", "programme", "Presse", "--department", "communication", "--gap-days", "10", "--kpis", "mentions")
    team.do("relate", "programme", "Ambassadeurs", "--department", "marketing", "--gap-days", "10", "--cap", "6")
    for account in accepted:
        team.do("relate", "join", "Ambassadeurs", account, "--role", "ambassador")
    team.do("relate", "join", "Presse", accepted[0], "--role", "expert")
    team.do("relate", "owner", accepted[0], "ana", "--department", "communication")
    team.do("relate", "voice", "prix", "avoid", "--wording", "nous ne parlons pas de prix")


def _touch(team: Team, accepted: list[str], day: datetime) -> None:
    """Thirty touchpoints by two departments; the last of them clashes with what another team did, and that is told."""
    start = day - timedelta(days=60)
    steps = ("contact", "answer", "contact", "meeting", "contact", "attend")
    clashes = []
    for number, account in enumerate(accepted):
        programme = "Ambassadeurs" if number < 3 else "Presse"
        for step, action in enumerate(steps if number < 4 else steps[:5]):
            when = (start + timedelta(days=2 * number + 9 * step)).isoformat()
            told = team.ask(
                "relate", "touch", "cafe", account, action, "--programme", programme, "--at", when, "--who", "bob"
            )
            clashes += [told["cautions"]] if "other_team" in told["cautions"] else []
    assert clashes == []
    clash = team.ask(
        "relate", "touch", "cafe", accepted[0], "contact", "--programme", "Presse", "--theme", "le prix du café",
        "--at", (start + timedelta(days=46)).isoformat(), "--who", "cleo",
    )  # fmt: skip
    assert {"other_team", "voice", "owner"} <= set(clash["cautions"])
    team.do("relate", "publish")
    counted = team.query("SELECT department, count(*) FROM relation.touchpoints GROUP BY 1 ORDER BY 1")
    assert counted == [("communication", 12), ("marketing", 18)]
    settled = {row["code"] for row in team.ask("relate", "coherence", "cafe")}
    assert "voice" in settled


def _look(team: Team, tmp_path: Path) -> None:
    """Proximity: the history of five answers and meetings; funnel."""
    close = {row["person_id"]: row for row in team.ask("relate", "proximity", "cafe")}
    assert sum(row["stage"] in ("direct", "credibility", "ambassador") for row in close.values()) >= 5
    shown = team.ask("funnel", "cafe", "--target", "40")
    assert shown["counts"]["engaged"] >= 5
    assert shown["needed"]["more_engaged"] > 0
    team.do("funnel", "cafe", "--svg", tmp_path / "entonnoir.svg", lang="fr")
    assert "engagés" in (tmp_path / "entonnoir.svg").read_text("utf-8")


def _prepare(team: Team, accepted: list[str], loyal: list[tuple[str, datetime]], tmp_path: Path) -> None:
    """Steps 6 to 9: kit, brief, drafts, agreement."""
    for kind in ("company", "product", "positioning", "identity", "message", "do", "dont", "mention"):
        team.do("relate", "kit", "cafe", kind, "brûlerie", "--text", f"ce qu’il faut savoir : {kind}", lang="fr")
    assert "Rien ne manque" in team.do("relate", "kit", "cafe", lang="fr")
    day = loyal[0][1]
    first, last = (day - timedelta(days=10)).date(), (day + timedelta(days=4)).date()
    team.do(
        "campaign", "new", "Printemps", "--brief", "cafe", "--kind", "one_shot", "--starts", first, "--ends", last,
        "--programme", "Ambassadeurs", "--objective", "faire goûter", "--main-kpi", "reactions", "--budget", "3000",
    )  # fmt: skip
    for lang in ("fr", "en"):
        for section in SECTIONS:
            team.do("campaign", "write", "Printemps", section, f"{section} {lang}", lang=lang)
    for account, (_, when) in zip(accepted, loyal, strict=False):
        code = f"CAFE{accepted.index(account)}"
        team.do(
            "campaign",
            "deliverable",
            "Printemps",
            account,
            "post",
            "--due",
            when.date(),
            "--channel",
            "mastodon",
            "--code",
            code,
        )
    team.do("campaign", "plan", "Printemps", "--add", "Dégustation", "--due", last)
    moved = team.ask(
        "campaign", "change", "Printemps", "milestone", "1", "--due", last + timedelta(days=1), "--why", "salle prise"
    )
    assert len(moved) == len(set(accepted[: len(loyal)]))
    team.do("campaign", "told", moved[0]["id"])
    team.do("campaign", "plan", "Printemps", "--out", tmp_path / "plan.ics")
    assert (tmp_path / "plan.ics").read_bytes().count(b"BEGIN:VEVENT") == 1 + min(len(loyal), 5)


def _pay(team: Team, accepted: list[str]) -> None:
    """The ledger crosses 800, then 1,000."""
    near = team.ask("relate", "gift", accepted[0], "850", "--campaign", "Printemps", "--at", "2026-05-05")
    assert near["state"] == "near"
    over = team.ask("relate", "pay", accepted[0], "150", "--campaign", "Printemps", "--at", "2026-05-06")
    assert (over["total_cents"], over["state"]) == (100_000, "contract_needed")
    terms = (
        "--mission",
        "deux publications",
        "--autonomy",
        "free",
        "--pay",
        "150",
        "--gift",
        "850",
        "--parties",
        "nous et elle",
    )
    assert "is required" in team.do("relate", "agreement", "Printemps", accepted[0], *terms)
    team.do("relate", "agreement", "Printemps", accepted[0], "--signed", "2026-05-07", "--why", "signé")
    assert team.ask("relate", "ledger")[0]["state"] == "contract_signed"


def _measure(team: Team, accepted: list[str], day: datetime, tmp_path: Path) -> None:
    """Steps 10 and 11."""
    first, last = (day - timedelta(days=10)).date(), (day + timedelta(days=4)).date()
    checked = team.ask("campaign", "check", "Printemps")
    assert any(row["appeared_at"] for row in checked)
    (tmp_path / "kpi.csv").write_text(
        "kpi,family,value,at,code\n"
        f"visits,digital,120,{first},CAFE0\nvisits,digital,80,{first},CAFE1\n"
        f"sales,business,3,{last},CAFE0\nsales_cents,business,9000,{last},CAFE0\nbad,nonsense,1,{last},\n",
        "utf-8",
    )
    taken = team.ask("campaign", "import", "Printemps", tmp_path / "kpi.csv")
    assert (taken["added"], len(taken["refused"])) == (4, 1)
    assert team.ask("campaign", "import", "Printemps", tmp_path / "kpi.csv")["added"] == 0
    made = team.ask("campaign", "forecast", "Printemps")
    assert all(0 <= row["low"] <= row["median"] <= row["high"] for row in made)
    for reader in ("executive", "community", "performance", "pr", "legal", "analyst"):
        for lang in ("fr", "en"):
            said = team.do("campaign", "report", "Printemps", "--for", reader, lang=lang)
            assert ("Résultat" if lang == "fr" else "Result") in said
            assert "None" not in said
    assert "200" in team.do("campaign", "report", "Printemps", "--for", "performance")
    for lang, word in (("fr", "Résultat"), ("en", "Result")):
        for suffix in ("md", "html", "docx", "pdf", "xlsx", "pptx"):
            path = tmp_path / f"report.{lang}.{suffix}"
            team.do("campaign", "report", "Printemps", "--out", path, lang=lang)
            assert word in opened(path), path.name
    assert len(team.ask("campaign", "levers", "cafe")) == 8
    brought = {row["programme"]: row for row in team.ask("campaign", "programmes")["programmes"]}
    assert {kpi["kpi"] for kpi in brought["Ambassadeurs"]["kpis"]} >= {"visits", "sales", "sales_cents"}
    assert brought["Ambassadeurs"]["cost_cents"] == 100_000
    for lang in ("fr", "en"):
        brief = team.do("campaign", "brief", "Printemps", lang=lang)
        assert ("à écrire" if lang == "fr" else "to be written") not in brief
        team.do("relate", "callsheet", "cafe", accepted[1], lang=lang)
        team.do("relate", "partner", "cafe", accepted[0], lang=lang)
    assert "Earned-media" not in team.do("campaign", "report", "Printemps")


def _follow(team: Team, accepted: list[str]) -> None:
    """Step 12, and all twelve steps live."""
    team.do("relate", "remind", accepted[2], "envoyer le café", "--due", "2026-05-20")
    done = team.ask("relate", "daily", "cafe")
    assert set(done["campaigns"]) == {"Printemps"}
    assert all(Path(path).exists() for path in done["files"])
    reasons = {row["person_id"]: " ".join(row["reasons"]) for row in team.ask("relate", "next", "cafe")}
    assert any("envoyer le café" in text for text in reasons.values())
    steps = {row["step"]: row["state"] for row in team.ask("steps", "cafe")}
    assert steps[5] == steps[7] == steps[12] == "done"
    assert all(steps[number] != "todo" for number in range(5, 13))
    team.do("relate", "publish")
    assert team.query("SELECT count(*) FROM relation.touchpoints")[0][0] == 30
    assert team.query("SELECT count(*) FROM relation.history WHERE field = 'signed_at'")[0][0] == 1


def _someone_objects(team: Team, account: str) -> None:
    handle = team.query(f"SELECT ltrim(handle, '@') FROM core.accounts WHERE account_id = '{account}'")[0][0].split(
        "@"
    )[0]
    person = team.query(f"SELECT person_id FROM core.person_accounts WHERE account_id = '{account}'")
    same = (
        [
            row[0]
            for row in team.query(f"SELECT account_id FROM core.person_accounts WHERE person_id = '{person[0][0]}'")
        ]
        if person
        else [account]
    )
    team.do("relate", "remind", account, "rappeler", "--due", "2026-05-20")
    team.do("forget", account, "--why", "demande reçue")
    for words in (
        ("relate", "draft", "cafe", account),
        ("relate", "partner", "cafe", account),
        ("relate", "touch", "cafe", account, "answer"),
        ("relate", "timeline", account),
    ):
        team.do(*words, status=2)
    said = "".join(
        team.do(*words)
        for words in (
            ("relate", "next", "cafe", "--json"), ("relate", "proximity", "cafe", "--json"), ("relate", "ledger", "--json"),
            ("relate", "remind", "--all", "--json"), ("relate", "compare", "cafe", "--json"), ("campaign", "plan", "Printemps", "--json"),
            ("campaign", "report", "Printemps", "--for", "analyst"), ("campaign", "report", "Printemps", "--for", "legal"),
            ("campaign", "brief", "Printemps"),
        )
    )  # fmt: skip
    for name in (*same, handle):
        assert name not in said, name
    team.do("relate", "publish")
    for table in (
        "relation.touchpoints",
        "relation.payments",
        "relation.history",
        "relation.proximity",
        "execution.deliverables",
    ):
        assert team.query(f"SELECT count(*) FROM {table} WHERE account_id = '{account}'") == [(0,)], table
    for path in (team.root / ".vigie").glob("people.sqlite*"):
        assert account.encode() not in path.read_bytes()
